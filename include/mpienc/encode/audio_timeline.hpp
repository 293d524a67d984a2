#pragma once

#include <cstdint>

#include "mpienc/core/rational.hpp"

namespace mpienc::encode {

/// Decides where decoded samples go so that a track never leaves its timestamps by more than the
/// tolerance: half a frame, at least 20 ms and one tick, at most 50 ms (or the tick). Below it nothing is
/// mended, so that rounded timestamps cost no sample. Pure; positions are samples counted from pts 0.
class AudioTimeline {
 public:
  AudioTimeline(Rational time_base, int sample_rate);

  /// The track begins there; what lies before is an overlap.
  void start(Ticks pts);
  [[nodiscard]] bool started() const { return started_; }

  /// What to do before a frame's samples go on: fill `silence` samples, skip the frame's first `drop`.
  struct Placement {
    std::int64_t silence = 0;
    std::int64_t drop = 0;
  };
  /// Places a frame; one without pts follows the frame before it.
  [[nodiscard]] Placement place(MaybeTicks pts, std::int64_t samples);
  /// Samples of silence up to `now`; 0 where the position is there already. Frames that later turn out
  /// to overlap it are cut exactly.
  [[nodiscard]] std::int64_t advance(Ticks now);

  /// From here on positions count samples of another rate.
  void set_rate(int sample_rate);
  [[nodiscard]] int sample_rate() const { return rate_; }
  /// The sample after the last one placed.
  [[nodiscard]] std::int64_t position() const { return position_; }

 private:
  [[nodiscard]] std::int64_t samples_at(Ticks pts) const;
  [[nodiscard]] std::int64_t tolerance(std::int64_t samples) const;

  Rational time_base_;
  int rate_;
  bool started_ = false;
  bool exact_ = false;  ///< the last frame was dropped or silence was put ahead of time
  std::int64_t position_ = 0;
  std::int64_t next_ = 0;  ///< where a frame without pts lies
};

}  // namespace mpienc::encode
