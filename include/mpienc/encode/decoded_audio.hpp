#pragma once

#include <cstdint>
#include <functional>

#include "mpienc/av/audio_format.hpp"
#include "mpienc/av/audio_resampler.hpp"
#include "mpienc/av/stream.hpp"
#include "mpienc/encode/audio.hpp"
#include "mpienc/encode/audio_timeline.hpp"

namespace mpienc::encode {

/// One track decoded and put on its timeline by the sample, in one format from start to end: gaps are
/// silence, overlaps are dropped. One thread.
class DecodedAudio {
 public:
  /// The first `samples` of the frame, the first of which lies at `pts`, in samples from the programme's
  /// start.
  using Sink = std::function<void(const AVFrame& frame, int samples, std::int64_t pts)>;

  /// `counts` outlives it. Error(codec) where there is no decoder.
  DecodedAudio(const av::Stream& source, const av::AudioFormat& to, Sink sink, AudioTrack::Counts& counts);

  /// As AudioTrack's.
  void push(const AVPacket& packet);
  void advance(Ticks now);
  void finish();

 private:
  void decode(const AVPacket* packet);
  void put(AVFrame& frame);
  void begin(Ticks start);
  void fill(std::int64_t samples);
  void change_format(const av::AudioFormat& format);
  void write(const AVFrame& frame, int samples);
  void write_silence(std::int64_t samples);
  [[nodiscard]] std::int64_t wanted_position() const;
  void drain_resampler();

  Sink sink_;
  AudioTrack::Counts& counts_;
  av::CodecContext decoder_;
  av::AudioFormat to_;
  av::AudioResampler resampler_;
  AudioTimeline timeline_;
  MaybeTicks first_pts_;
  std::int64_t position_ = 0;  ///< of the next sample that leaves
  bool finished_ = false;
};

}  // namespace mpienc::encode
