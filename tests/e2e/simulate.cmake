find_package(Python3 REQUIRED COMPONENTS Interpreter)

add_executable(made_record "${CMAKE_CURRENT_LIST_DIR}/made_record.cpp")
target_link_libraries(made_record PRIVATE mpienc_store mpienc_warnings)

add_test(NAME e2e.simulate
         COMMAND ${Python3_EXECUTABLE} -B "${CMAKE_CURRENT_LIST_DIR}/simulate.py"
                 --mpienc $<TARGET_FILE:mpienc> --mpirun ${MPIEXEC_EXECUTABLE}
                 --work "${CMAKE_CURRENT_BINARY_DIR}" --made-record $<TARGET_FILE:made_record>)
set_tests_properties(e2e.simulate PROPERTIES LABELS e2e TIMEOUT 300 RUN_SERIAL ON)
