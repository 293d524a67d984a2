add_library(mpienc_encoder_log MODULE "${CMAKE_CURRENT_SOURCE_DIR}/encoder_log.c")
target_link_libraries(mpienc_encoder_log PRIVATE PkgConfig::X264 ${CMAKE_DL_LIBS})
set_target_properties(mpienc_encoder_log PROPERTIES PREFIX "" OUTPUT_NAME encoder_log C_STANDARD 17)
mpienc_e2e_test(resume SCRIPT resume TIMEOUT 600 HDF5 ARGUMENTS --preload $<TARGET_FILE:mpienc_encoder_log>)
