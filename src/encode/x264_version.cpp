#include "mpienc/encode/x264_version.hpp"

#include <cstdint>

#include <x264.h>
#include <x264_config.h>

namespace mpienc::encode {

std::string x264_version() { return X264_POINTVER; }

}  // namespace mpienc::encode
