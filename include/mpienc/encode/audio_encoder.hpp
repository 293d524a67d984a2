#pragma once

#include <cstdint>
#include <functional>
#include <optional>

#include "mpienc/av/audio_fifo.hpp"
#include "mpienc/av/audio_format.hpp"
#include "mpienc/av/stream.hpp"
#include "mpienc/encode/audio.hpp"

namespace mpienc::encode {

/// libavcodec's audio encoder fed with frames of exactly its size. Packets keep the pts that the encoder
/// gives them: initial_padding samples before the first one, so they may be negative. One thread.
class AudioEncoder {
 public:
  /// Errors as AudioTrack's constructor.
  AudioEncoder(const av::Stream& source, const AudioSettings& settings, AudioTrack::Sink sink);

  /// What write() takes.
  [[nodiscard]] const av::AudioFormat& format() const { return format_; }
  [[nodiscard]] const av::Stream& stream() const { return stream_; }

  /// `pts` of the first sample; the calls' samples follow each other.
  void write(const AVFrame& frame, int samples, std::int64_t pts);
  /// Encodes what is left; returns extradata where it differs from that of the beginning.
  std::optional<Bytes> finish();

 private:
  void open(const AVCodec& codec, const av::Stream& source, const AudioSettings& settings);
  int try_open(const AVCodec& codec, const AudioSettings& settings, int precision);
  void encode(int samples);
  void send(const AVFrame* frame);

  AudioTrack::Sink sink_;
  av::AudioFormat format_;
  av::CodecContext context_;
  std::optional<av::AudioFifo> fifo_;
  av::Stream stream_;
  std::int64_t end_ = 0;
  bool fed_ = false;
  std::optional<Bytes> new_extradata_;
};

}  // namespace mpienc::encode
