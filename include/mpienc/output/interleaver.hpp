#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

#include "mpienc/av/handles.hpp"
#include "mpienc/core/rational.hpp"

namespace mpienc::output {

/// Merges the tracks' packets by dts in one clock, ties by track index. A packet leaves only when no
/// other track can still bring an earlier one, so the order never depends on when packets came.
class Interleaver {
 public:
  /// One time base per track.
  explicit Interleaver(const std::vector<Rational>& time_bases);

  struct Item {
    int track;
    av::Packet packet;
  };

  /// Error(internal) for a packet without dts, below the track's last dts or mark, or after end().
  void push(int track, av::Packet packet);
  /// No later packet of the track has a dts below this.
  void advance(int track, Ticks dts);
  void end(int track);

  /// The next packet of the file, if it is known.
  [[nodiscard]] std::optional<Item> pop();
  /// The track's oldest packet that has not left, or null.
  [[nodiscard]] const AVPacket* front(int track) const;
  [[nodiscard]] bool can_pop() const { return next_track() >= 0; }
  [[nodiscard]] bool all_ended() const;
  /// Payload of the packets that wait.
  [[nodiscard]] std::int64_t held_bytes() const { return held_bytes_; }

 private:
  struct Track {
    Rational time_base;
    std::deque<av::Packet> packets;
    MaybeTicks floor;  ///< no packet to come has a dts below this
    bool ended = false;
  };
  /// The track whose front packet leaves next, or -1.
  [[nodiscard]] int next_track() const;
  Track& open_track(int track);

  std::vector<Track> tracks_;
  std::int64_t held_bytes_ = 0;
};

}  // namespace mpienc::output
