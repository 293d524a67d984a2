find_package(Python3 REQUIRED COMPONENTS Interpreter)

add_test(NAME e2e.bench_scaling
         COMMAND ${Python3_EXECUTABLE} -B "${CMAKE_CURRENT_LIST_DIR}/bench_scaling.py"
                 --mpienc $<TARGET_FILE:mpienc> --mpirun ${MPIEXEC_EXECUTABLE}
                 --work "${CMAKE_CURRENT_BINARY_DIR}")
set_tests_properties(e2e.bench_scaling PROPERTIES
  LABELS e2e TIMEOUT 300 SKIP_RETURN_CODE 77 RUN_SERIAL ON)
