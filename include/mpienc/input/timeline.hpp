#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "mpienc/core/rational.hpp"

namespace mpienc::input {

/// A packet's times as the container has them, ticks of `time_base`.
struct RawTimes {
  int stream = 0;
  Rational time_base{1, 90000};
  MaybeTicks pts;
  MaybeTicks dts;
  Ticks duration = 0;
};

/// Makes one monotonic timeline of timestamps that restart, wrap at 2^wrap_bits or jump: every stream
/// gets the same offset at the same break, so what was in sync stays so. Restart: back by more than
/// 0.1 s in its own stream; jump: more than 10 s ahead of all streams (ffmpeg's thresholds).
class Timeline {
 public:
  /// may_jump: the format's timestamps may restart (program and transport streams).
  Timeline(int streams, bool may_jump, int wrap_bits);

  /// Whether this packet begins a new part for its stream. Then the caller collects packets until the
  /// other streams broke too and calls open_part() before it asks for offsets of these packets.
  [[nodiscard]] bool breaks(const RawTimes& times) const;

  /// `firsts`: the first packet of each stream in the new part. The part begins where no stream
  /// overlaps the one before; a stream joins it in place() with its first packet there.
  void open_part(const std::vector<RawTimes>& firsts);

  /// The offset to add to this packet's times, in its ticks; moves the stream on.
  [[nodiscard]] Ticks place(const RawTimes& times);

  /// A new file begins: its times start at `start` (its ticks) and continue where all streams ended.
  void open_file(Ticks start, Rational time_base);

  [[nodiscard]] int mends() const { return mends_; }

 private:
  struct StreamState {
    std::int64_t offset = 0;
    std::optional<std::int64_t> expected;  ///< end of the last packet by decode time
    std::int64_t end = 0;                  ///< latest end by presentation time
  };
  [[nodiscard]] bool continues(const StreamState& state, std::int64_t mended) const;
  [[nodiscard]] std::optional<std::int64_t> unwrapped(const StreamState& state, const RawTimes& times) const;

  std::vector<StreamState> states_;
  bool may_jump_;
  int wrap_bits_;
  std::int64_t newest_ = 0;
  std::int64_t horizon_ = 0;  ///< the latest expected time of any stream
  int mends_ = 0;
};

}  // namespace mpienc::input
