add_library(crashing_codec MODULE "${CMAKE_CURRENT_LIST_DIR}/crashing_codec.c")
target_link_libraries(crashing_codec PRIVATE PkgConfig::FFMPEG ${CMAKE_DL_LIBS})
mpienc_e2e_test(bad_chunk ALONE SCRIPT bad_chunk TIMEOUT 300 ARGUMENTS --shim $<TARGET_FILE:crashing_codec>)
