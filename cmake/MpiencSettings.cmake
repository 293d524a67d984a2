if(NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "Build type" FORCE)
endif()

add_library(mpienc_settings INTERFACE)
target_compile_features(mpienc_settings INTERFACE cxx_std_20)
target_include_directories(mpienc_settings INTERFACE "${PROJECT_SOURCE_DIR}/include")
set(CMAKE_CXX_EXTENSIONS OFF)

add_library(mpienc_warnings INTERFACE)
target_compile_options(mpienc_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wnon-virtual-dtor
  -Wold-style-cast -Woverloaded-virtual -Wimplicit-fallthrough
  $<$<AND:$<CXX_COMPILER_ID:GNU>,$<VERSION_LESS:$<CXX_COMPILER_VERSION>,13>>:-Wno-restrict>  # GCC bug 105651
  # GCC 13 and later take a reference to a static for dangling if the function that returns it was given a string.
  $<$<AND:$<CXX_COMPILER_ID:GNU>,$<VERSION_GREATER_EQUAL:$<CXX_COMPILER_VERSION>,13>>:-Wno-dangling-reference>
  # GCC documents that its sanitizers raise this warning falsely.
  $<$<BOOL:${MPIENC_SANITIZE}>:-Wno-maybe-uninitialized>
  $<$<BOOL:${MPIENC_WARNINGS_AS_ERRORS}>:-Werror>)

if(MPIENC_SANITIZE)
  string(REPLACE ";" "," _mpienc_sanitize "${MPIENC_SANITIZE}")
  target_compile_options(mpienc_settings INTERFACE
    -fsanitize=${_mpienc_sanitize} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  target_link_options(mpienc_settings INTERFACE -fsanitize=${_mpienc_sanitize})
endif()
