find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)
find_package(fmt REQUIRED)
find_package(spdlog REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(CLI11 REQUIRED)
find_package(HDF5 1.10.7 REQUIRED COMPONENTS C)
include(MpiencThreadSafeHdf5)
find_package(MPI REQUIRED COMPONENTS CXX)
find_package(Boost 1.74 REQUIRED COMPONENTS mpi serialization)

pkg_check_modules(FFMPEG REQUIRED IMPORTED_TARGET
  libavformat>=59 libavcodec>=59 libavfilter>=8 libavutil>=57 libswresample>=4)
pkg_check_modules(LIBDEFLATE REQUIRED IMPORTED_TARGET libdeflate)
pkg_check_modules(X264 REQUIRED IMPORTED_TARGET x264)
pkg_check_modules(FLAC REQUIRED IMPORTED_TARGET flac>=1.4)
pkg_check_modules(LAME REQUIRED IMPORTED_TARGET lame>=3.100)
pkg_check_modules(TAGLIB REQUIRED IMPORTED_TARGET taglib>=1.12)
pkg_check_modules(NCURSES REQUIRED IMPORTED_TARGET ncursesw)

foreach(_lib fmt::fmt spdlog::spdlog nlohmann_json::nlohmann_json CLI11::CLI11
             MPI::MPI_CXX Boost::mpi hdf5::hdf5 PkgConfig::LIBDEFLATE PkgConfig::FFMPEG PkgConfig::X264
             PkgConfig::FLAC PkgConfig::LAME PkgConfig::TAGLIB PkgConfig::NCURSES)
  get_target_property(_inc ${_lib} INTERFACE_INCLUDE_DIRECTORIES)
  if(_inc)
    set_target_properties(${_lib} PROPERTIES INTERFACE_SYSTEM_INCLUDE_DIRECTORIES "${_inc}")
  endif()
endforeach()
