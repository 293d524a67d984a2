#pragma once

#include <cstdint>
#include <deque>
#include <optional>

#include "mpienc/av/audio_resampler.hpp"
#include "mpienc/av/stream.hpp"
#include "mpienc/core/bytes.hpp"
#include "mpienc/core/pcm.hpp"
#include "mpienc/encode/audio.hpp"
#include "mpienc/encode/decoded_audio.hpp"

namespace mpienc::encode {

/// One track as the integers that LAME gets of it: mono or stereo, at a rate that MP3 has, without gaps. They
/// are what libavcodec would give its LAME, rounded to 24 bits where these are no 16-bit integers; floating
/// point beyond full scale is clipped, as a decoder of the MP3 would. One thread.
class PcmTrack {
 public:
  /// Error(codec) where there is no decoder.
  explicit PcmTrack(const av::Stream& source);

  [[nodiscard]] const PcmFormat& format() const { return format_; }

  /// As AudioTrack's.
  void push(const AVPacket& packet);
  void advance(Ticks now) { decoded_.advance(now); }
  void finish() { decoded_.finish(); }

  /// The next piece of what has come, interleaved; empty where all is taken. However long a gap is, its
  /// silence takes no memory before it is taken.
  [[nodiscard]] Bytes take();
  /// The pts, in samples, of the first sample ever; 0 before there is one.
  [[nodiscard]] std::int64_t start() const { return start_.value_or(0); }
  [[nodiscard]] AudioTrack::Counts counts() const { return counts_; }

 private:
  struct Piece {
    Bytes pcm;
    std::size_t silent_bytes = 0;  ///< instead of pcm
  };
  void add(const AVFrame& frame, int samples, std::int64_t pts);

  AudioTrack::Counts counts_;
  av::AudioFormat lame_;  ///< what libavcodec would give LAME
  PcmFormat format_;
  std::optional<av::AudioResampler> to_integers_;
  std::deque<Piece> pieces_;
  std::optional<std::int64_t> start_;
  DecodedAudio decoded_;
};

}  // namespace mpienc::encode
