#pragma once

#include <span>

#include "mpienc/av/audio_format.hpp"
#include "mpienc/core/pcm.hpp"

namespace mpienc::av {

/// How interleaved integers become frames: the mask's speakers, or without one those that FLAC (RFC 9639,
/// 9.1.3) gives so many channels; interleaved samples of 16 bits for up to 16 bits, else of 32.
[[nodiscard]] AudioFormat frame_format_of(const PcmFormat& format);

/// Whole samples of all channels as a frame of frame_format_of(), at full scale.
[[nodiscard]] Frame make_pcm_frame(const PcmFormat& format, std::span<const std::byte> pcm);

}  // namespace mpienc::av
