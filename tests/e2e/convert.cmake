add_executable(convert_one "${CMAKE_CURRENT_LIST_DIR}/convert_one.cpp")
target_link_libraries(convert_one PRIVATE mpienc_convert mpienc_warnings)
mpienc_e2e_test(convert_songs SCRIPT convert_songs TIMEOUT 300 HDF5 ARGUMENTS --converter $<TARGET_FILE:convert_one>)
