#pragma once

#include "mpienc/app/audio_work.hpp"
#include "mpienc/app/mp3_pcm_cutter.hpp"
#include "mpienc/encode/pcm_track.hpp"
#include "mpienc/plan/mp3_settings.hpp"

namespace mpienc::app {

/// At 48 kHz 20 s: while sound of so long is gathered and encoded, the video of that time waits in memory. A
/// cut costs 49 frames of warm-up.
inline constexpr std::int64_t film_mp3_chunk_frames = 17 * plan::mp3_frame_period;

/// Decoded on its thread and cut into MP3 chunks for the plan.
class ChunkedAudio final : public AudioWork {
 public:
  struct Share {
    std::int64_t pixels = 0;  ///< unit of the chunks' work: a frame of the job's video, or mp3_sample_pixels
    bool beside = false;      ///< encode::Mp3PcmTask::beside
  };
  /// `settings` as the user gave them, `like` for libavcodec's LAME. Errors as Mp3Encoder's and AudioTrack's.
  ChunkedAudio(const av::Stream& source, const encode::AudioSettings& like, const Mp3Settings& settings,
               Share share, PlanOrder& order);

  [[nodiscard]] const av::Stream& stream() const override { return stream_; }
  [[nodiscard]] const Mp3Stream* chunks() const override { return &mp3_; }
  void start(int output_track) override { output_track_ = output_track; }
  void push(const AVPacket& packet) override { pcm_.push(packet); }
  void advance(Ticks now) override { pcm_.advance(now); }
  void cut(PlanOrder::Place place) override;
  void finish(PlanOrder::Place place) override;
  [[nodiscard]] encode::AudioTrack::Counts counts() const override;

 private:
  void give(PlanOrder::Place place);

  encode::PcmTrack pcm_;
  encode::Mp3Recording recording_;
  Mp3Stream mp3_;
  av::Stream stream_;
  Mp3PcmCutter cutter_;
  Share share_;
  PlanOrder& order_;
  int output_track_ = 0;
  double cpu_seconds_ = 0;
};

}  // namespace mpienc::app
