add_executable(made_record "${CMAKE_CURRENT_LIST_DIR}/made_record.cpp")
target_link_libraries(made_record PRIVATE mpienc_store mpienc_warnings)
mpienc_e2e_test(simulate SCRIPT simulate TIMEOUT 300 ARGUMENTS --made-record $<TARGET_FILE:made_record>)
