#pragma once

#include <optional>

#include "mpienc/app/output_thread.hpp"
#include "mpienc/app/plan_order.hpp"
#include "mpienc/encode/audio.hpp"

namespace mpienc::app {

/// What becomes of one audio track's packets, on the track's own thread.
class AudioWork {
 public:
  AudioWork() = default;
  AudioWork(const AudioWork&) = delete;
  AudioWork& operator=(const AudioWork&) = delete;
  virtual ~AudioWork() = default;

  /// Of the output.
  [[nodiscard]] virtual const av::Stream& stream() const = 0;
  /// Of the chunks that it adds to the plan; null where it adds none, and needs no places.
  [[nodiscard]] virtual const Mp3Stream* chunks() const = 0;
  /// Once, before the rest.
  virtual void start(int output_track) = 0;
  virtual void push(const AVPacket& packet) = 0;
  /// As encode::AudioTrack's.
  virtual void advance(Ticks now) = 0;
  /// What came so far goes to the place as far as it makes whole chunks, and the place is closed.
  virtual void cut(PlanOrder::Place place) = 0;
  /// All packets have come; the rest goes to the place.
  virtual void finish(PlanOrder::Place place) = 0;
  /// After finish().
  [[nodiscard]] virtual encode::AudioTrack::Counts counts() const = 0;
};

/// Encoded (or copied) whole on its thread: packets go to the output.
class WholeAudio final : public AudioWork {
 public:
  /// `output` is empty until start(); it outlives what comes then.
  WholeAudio(const av::Stream& source, const encode::AudioSettings& settings,
             std::optional<OutputThread>& output);

  [[nodiscard]] const av::Stream& stream() const override { return track_.stream(); }
  [[nodiscard]] const Mp3Stream* chunks() const override { return nullptr; }
  void start(int output_track) override { output_track_ = output_track; }
  void push(const AVPacket& packet) override { track_.push(packet); }
  void advance(Ticks now) override { track_.advance(now); }
  void cut(PlanOrder::Place) override {}
  void finish(PlanOrder::Place place) override;
  [[nodiscard]] encode::AudioTrack::Counts counts() const override { return track_.counts(); }

 private:
  std::optional<OutputThread>& output_;
  int output_track_ = 0;
  encode::AudioTrack track_;
};

}  // namespace mpienc::app
