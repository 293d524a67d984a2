#pragma once

#include <deque>
#include <vector>

#include "mpienc/core/rational.hpp"

namespace mpienc::output {

/// The dts of a stream in coded order from its pts in display order: with d the reorder depth,
/// dts[i] = pts[i-d]; for i < d: pts[i] - (pts[d] - pts[0]), with pts[last] for pts[d] in a shorter stream.
/// Rises strictly; never above the packet's pts where the encoder holds back at most d packets.
class DecodeTimes {
 public:
  explicit DecodeTimes(int reorder_depth) : depth_(static_cast<std::size_t>(reorder_depth)) {}

  /// The next frame's pts in display order; the dts that are known then, in coded order.
  [[nodiscard]] std::vector<Ticks> next(Ticks pts);
  /// The stream has ended: what is left.
  [[nodiscard]] std::vector<Ticks> finish();

 private:
  [[nodiscard]] std::vector<Ticks> first_times() const;

  std::size_t depth_;
  std::deque<Ticks> window_;  ///< the latest pts, depth_ of them once started
  bool started_ = false;
};

}  // namespace mpienc::output
