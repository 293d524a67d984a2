# mpienc_room(NAME DEPENDS <rooms and libraries...>): one static library per folder of src/.
# A room links only what its line names, so a dependency in the wrong direction does not link.
function(mpienc_room name)
  cmake_parse_arguments(ARG "" "" "DEPENDS" ${ARGN})
  file(GLOB _sources CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/${name}/*.cpp")
  list(FILTER _sources EXCLUDE REGEX "/main\\.cpp$")
  if(_sources)
    add_library(mpienc_${name} STATIC ${_sources})
    target_link_libraries(mpienc_${name}
      PUBLIC mpienc_settings ${ARG_DEPENDS} PRIVATE mpienc_warnings)
  else()
    add_library(mpienc_${name} INTERFACE)
    target_link_libraries(mpienc_${name} INTERFACE mpienc_settings ${ARG_DEPENDS})
  endif()
endfunction()
