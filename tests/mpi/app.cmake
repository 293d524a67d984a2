mpienc_mpi_test(app_farewell ROOMS app)
target_include_directories(app_farewell PRIVATE "${CMAKE_CURRENT_SOURCE_DIR}/../unit")
