#pragma once

#include <memory>

#include "mpienc/av/audio_format.hpp"

extern "C" {
#include <libswresample/swresample.h>
}

namespace mpienc::av {

/// Converts sample format, channel layout and rate by libswresample's defaults, in order. One thread.
class AudioResampler {
 public:
  /// Throws Error(codec) where libswresample cannot convert between the two.
  AudioResampler(const AudioFormat& from, const AudioFormat& to);

  /// Samples [first, nb_samples) of a frame of format `from`; the result may be empty.
  [[nodiscard]] Frame convert(const AVFrame& frame, int first = 0);
  /// What the filter still holds, to be called until it returns an empty frame.
  [[nodiscard]] Frame drain();
  [[nodiscard]] const AudioFormat& from() const { return from_; }

 private:
  struct Free {
    void operator()(SwrContext* context) const { swr_free(&context); }
  };
  Frame convert(const uint8_t** planes, int samples);

  AudioFormat from_, to_;
  std::unique_ptr<SwrContext, Free> context_;
};

}  // namespace mpienc::av
