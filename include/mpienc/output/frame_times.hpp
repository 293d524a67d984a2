#pragma once

#include <cstdint>
#include <vector>

#include "mpienc/plan/chunk.hpp"
#include "mpienc/plan/encoded_chunk.hpp"

namespace mpienc::output {

/// Gives each frame of a programme, in display order, a strictly rising pts and a duration. Ticks of
/// the video time base.
class FrameTimes {
 public:
  /// `nominal`: the distance between frames where nothing else tells it; at least 1.
  explicit FrameTimes(Ticks nominal) : distance_(nominal) {}

  struct Time {
    Ticks pts = 0;
    Ticks duration = 0;  ///< as the source says, else the distance last seen
  };

  /// The next chunk's frames. `times`: of its packets, the first of which has the id `first_packet`.
  [[nodiscard]] std::vector<Time> next(const std::vector<EncodedFrame>& frames, std::int64_t first_packet,
                                       const std::vector<PacketTime>& times);
  /// The next frames, one per time, do not come; returns how long they would have lasted.
  Ticks skip(const std::vector<PacketTime>& times);
  /// Frames whose own pts did not come after the frame before.
  [[nodiscard]] std::int64_t nudged() const { return nudged_; }

 private:
  Ticks distance_;  ///< last seen between two frames
  bool started_ = false;
  Ticks skipped_ = 0;  ///< before the first
  bool gap_ = false;   ///< frames were skipped before the next
  Time previous_;
  std::int64_t previous_packet_ = -1;
  std::int64_t nudged_ = 0;
};

}  // namespace mpienc::output
