#pragma once

#include <span>

#include "mpienc/av/audio_resampler.hpp"
#include "mpienc/core/bytes.hpp"
#include "mpienc/core/pcm.hpp"

namespace mpienc::convert {

/// More than two channels as two, by libswresample's defaults as in films: turned down so that nothing clips.
class StereoMix {
 public:
  explicit StereoMix(const PcmFormat& from);

  /// Of 32 bits.
  [[nodiscard]] const PcmFormat& format() const { return format_; }
  /// Whole samples of all channels; as many come out.
  [[nodiscard]] Bytes mixed(std::span<const std::byte> pcm);

 private:
  PcmFormat from_, format_;
  av::AudioResampler mixer_;
};

}  // namespace mpienc::convert
