#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

#include "mpienc/av/handles.hpp"
#include "mpienc/output/decode_times.hpp"
#include "mpienc/output/frame_times.hpp"

namespace mpienc::output {

/// Joins encoded chunks, given in plan order, into one stream: final pts, dts and durations in ticks of
/// the video time base. What leaves depends on the frames alone, not on where they were cut.
class VideoJoiner {
 public:
  struct Settings {
    Rational time_base{1, 90000};
    Rational frame_rate{25, 1};  ///< for frames that nothing else times; 0/1: unknown, taken as 25/1
    int reorder_depth = 0;       ///< the most packets that any chunk's encoder holds back
    bool h264 = false;           ///< then x264's description of itself is kept in the first chunk only
  };
  explicit VideoJoiner(const Settings& settings);

  /// Packets that are final, in coded order. `times`: of the chunk's packets, the first of which has the
  /// id `first_packet`. Error(codec) where the chunk's parameter sets or depth do not fit the first's.
  [[nodiscard]] std::vector<av::Packet> join(const EncodedChunk& chunk, std::int64_t first_packet,
                                             const std::vector<PacketTime>& times);
  /// As join(), of packets that come from the source and bring their own parameter sets; the next encoded
  /// chunk brings back the encoder's.
  [[nodiscard]] std::vector<av::Packet> join_copied(const EncodedChunk& chunk, std::int64_t first_packet,
                                                    const std::vector<PacketTime>& times);
  /// The next pictures, one per time, are left out; the one before stays until the next that comes.
  void skip(const std::vector<PacketTime>& times);
  /// No chunk follows: the rest.
  [[nodiscard]] std::vector<av::Packet> finish();

  struct Counts {
    std::int64_t frames = 0;
    std::int64_t nudged_timestamps = 0;  ///< frames whose source pts did not come after the one before
    std::int64_t seam_mismatches = 0;    ///< chunks whose first frame the chunk before saw differently
  };
  [[nodiscard]] Counts counts() const;

 private:
  struct Pending {
    av::Packet packet;
    std::int64_t frame;  ///< in display order over the whole stream
    MaybeTicks dts;
  };
  [[nodiscard]] std::vector<av::Packet> add(const EncodedChunk& chunk, const Bytes& first,
                                            std::int64_t first_packet, const std::vector<PacketTime>& times);
  void check_fits(const EncodedChunk& chunk);
  void check_order(const EncodedChunk& chunk) const;
  void check_seam(const EncodedChunk& chunk);
  [[nodiscard]] Bytes first_of(const EncodedChunk& chunk) const;
  void assign_decode_times(const std::vector<Ticks>& times);
  [[nodiscard]] std::vector<av::Packet> take_final(bool at_end);

  Settings settings_;
  FrameTimes frame_times_;
  DecodeTimes decode_times_;
  std::optional<Bytes> extradata_;
  int first_chunk_ = 0;
  bool after_copy_ = false;  ///< the last packets came from the source
  std::uint32_t expected_checksum_ = 0;
  std::int64_t seam_mismatches_ = 0;

  std::deque<FrameTimes::Time> times_;  ///< of frames first_frame_, first_frame_ + 1, ...
  std::int64_t first_frame_ = 0;
  std::deque<Pending> pending_;  ///< in coded order
  std::size_t timed_ = 0;        ///< of pending_, those that have a dts
};

}  // namespace mpienc::output
