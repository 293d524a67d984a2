add_executable(convert_one "${CMAKE_CURRENT_LIST_DIR}/convert_one.cpp")
target_link_libraries(convert_one PRIVATE mpienc_convert mpienc_warnings)
