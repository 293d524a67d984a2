#pragma once

#include <cstdint>

#include "mpienc/av/handles.hpp"

namespace mpienc::encode {

/// CRC-32 of the picture's visible samples, independent of strides; 0 for formats without planes.
[[nodiscard]] std::uint32_t frame_checksum(const AVFrame& frame);

}  // namespace mpienc::encode
