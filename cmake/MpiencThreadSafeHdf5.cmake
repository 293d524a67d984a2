# The journal is written on a thread of its own while the main thread reads it and writes the run record.
include(CheckSymbolExists)
include(CMakePushCheckState)
cmake_push_check_state(RESET)
set(CMAKE_REQUIRED_LIBRARIES hdf5::hdf5)
check_symbol_exists(H5_HAVE_THREADSAFE hdf5.h MPIENC_HDF5_IS_THREADSAFE)
cmake_pop_check_state()
if(NOT MPIENC_HDF5_IS_THREADSAFE)
  message(FATAL_ERROR "mpienc needs an HDF5 that is safe for threads, and this one is not: install Debian's "
                      "libhdf5-dev, or configure HDF5 with HDF5_ENABLE_THREADSAFE=ON and name it by HDF5_ROOT")
endif()
