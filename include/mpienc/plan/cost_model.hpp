#pragma once

#include "mpienc/plan/work.hpp"

namespace mpienc::plan {

/// Guesses how many seconds a lane of speed 1 takes for a chunk. Begins with a guess from frames, bytes and
/// pixels and learns from what was seen: seconds = frames * pixels * a + bytes * b by recursive least squares
/// with forgetting, a, b >= 0, pulled towards the first guess at the scale that was seen. Pure; O(1) per
/// call.
class CostModel {
 public:
  /// Always positive and finite, also for chunks without frames or bytes.
  [[nodiscard]] double expected_seconds(const Work& work) const;
  /// `seconds` of a lane of speed 1; values that are not positive and finite are ignored, and so are chunks
  /// without frames and bytes.
  void observe(const Work& work, double seconds);
  [[nodiscard]] int observations() const { return observations_; }

 private:
  struct Coefficients {
    double frames = 1, bytes = 1;
  };
  [[nodiscard]] Coefficients solve() const;

  int observations_ = 0;
  Coefficients coefficients_;
  double weight_ = 0;                ///< of all observations, after forgetting; so are the sums below
  double ff_ = 0, fb_ = 0, bb_ = 0;  ///< products of both features
  double fs_ = 0, bs_ = 0;           ///< products of a feature and the seconds
  double guessed_ = 0, seen_ = 0;    ///< seconds
};

}  // namespace mpienc::plan
