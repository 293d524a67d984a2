#pragma once

#include <span>

#include "mpienc/av/handles.hpp"

namespace mpienc::av {

/// What an audio encoder declares to take; an empty list: anything.
struct AudioEncoderLimits {
  std::span<const int> sample_rates;
  std::span<const AVSampleFormat> sample_formats;
  std::span<const AVChannelLayout> layouts;
};

[[nodiscard]] AudioEncoderLimits audio_encoder_limits(const AVCodec& encoder);

}  // namespace mpienc::av
