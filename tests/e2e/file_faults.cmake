add_library(mpienc_file_faults MODULE "${CMAKE_CURRENT_SOURCE_DIR}/file_faults.c")
target_link_libraries(mpienc_file_faults PRIVATE ${CMAKE_DL_LIBS})
set_target_properties(mpienc_file_faults PROPERTIES PREFIX "" OUTPUT_NAME file_faults C_STANDARD 17)
mpienc_e2e_test(file_faults SCRIPT file_faults TIMEOUT 600 ARGUMENTS --preload $<TARGET_FILE:mpienc_file_faults>)
