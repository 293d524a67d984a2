#pragma once

#include <cstddef>

#include "mpienc/av/handles.hpp"
#include "mpienc/core/pcm.hpp"

namespace mpienc::av {

/// Samples [first, first + count) of an integer frame, planar or not, as interleaved little-endian ones of
/// `format` at `to`: the upper format.bytes of each, as libavcodec aligns samples to the top. False if bits
/// that the format drops were set.
[[nodiscard]] bool pack(const AVFrame& frame, int first, int count, const PcmFormat& format, std::byte* to);

}  // namespace mpienc::av
