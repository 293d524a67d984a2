find_package(Python3 REQUIRED COMPONENTS Interpreter)

# Runs where MPIENC_DEBIAN_13_ROOT names a folder, else it is skipped at once.
add_test(NAME cluster.open_mpi_5
         COMMAND ${Python3_EXECUTABLE} -B "${CMAKE_CURRENT_LIST_DIR}/open_mpi_5.py")
set_tests_properties(cluster.open_mpi_5 PROPERTIES LABELS cluster TIMEOUT 5400 SKIP_RETURN_CODE 77 RUN_SERIAL ON)
