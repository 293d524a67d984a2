#pragma once

#include <memory>

#include "mpienc/av/audio_format.hpp"

extern "C" {
#include <libavutil/audio_fifo.h>
}

namespace mpienc::av {

/// Samples of one format, first in first out. Throws Error(internal) when memory runs out.
class AudioFifo {
 public:
  explicit AudioFifo(const AudioFormat& format);

  /// The frame's first `samples` samples.
  void write(const AVFrame& frame, int samples);
  /// A frame of `samples` samples, which must be there.
  [[nodiscard]] Frame read(int samples);
  [[nodiscard]] int size() const { return av_audio_fifo_size(fifo_.get()); }

 private:
  struct Free {
    void operator()(AVAudioFifo* fifo) const { av_audio_fifo_free(fifo); }
  };
  AudioFormat format_;
  std::unique_ptr<AVAudioFifo, Free> fifo_;
};

}  // namespace mpienc::av
