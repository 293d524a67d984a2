#include "mpienc/av/audio_fifo.hpp"

#include "mpienc/av/error.hpp"

namespace mpienc::av {

AudioFifo::AudioFifo(const AudioFormat& format)
    : format_(format), fifo_(av_audio_fifo_alloc(format.sample_format, format.layout.channels(), 4096)) {
  if (!fifo_) throw Error(ExitStatus::internal, "out of memory for audio samples");
}

void AudioFifo::write(const AVFrame& frame, int samples) {
  void* const* planes = reinterpret_cast<void* const*>(frame.extended_data);
  check(av_audio_fifo_write(fifo_.get(), const_cast<void**>(planes), samples), ExitStatus::internal,
        "buffering audio samples");
}

Frame AudioFifo::read(int samples) {
  Frame frame = make_audio_frame(format_, samples);
  const int got = av_audio_fifo_read(fifo_.get(), reinterpret_cast<void**>(frame->extended_data), samples);
  if (got != samples) throw Error(ExitStatus::internal, "the audio buffer holds less than was asked for");
  return frame;
}

}  // namespace mpienc::av
