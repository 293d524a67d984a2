#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "mpienc/av/stream.hpp"
#include "mpienc/input/picture.hpp"
#include "mpienc/plan/chunk.hpp"

namespace mpienc::input {

/// A chunk with all that its decoder needs: packets [first_packet, end_packet), then, as the tail, the
/// key of the next chunk and that key's leading pictures, which belong to this chunk.
struct CutChunk {
  Chunk chunk;
  bool first = false;
  bool last = false;
  std::int64_t own_leading = 0;  ///< packets after first_packet that belong to the chunk before
  std::shared_ptr<const AVCodecParameters> source;
  Rational time_base{1, 1000};
  std::vector<av::Packet> packets;
  std::vector<PacketTime> times;  ///< of all packets, the tail's too
};

struct CutterSettings {
  /// Seconds that the open chunk should last: (seconds since the start, fraction of the input read).
  std::function<double(double, std::optional<double>)> target;
  std::int64_t soft_bytes = std::int64_t{16} << 20;   ///< a chunk of so many bytes closes early
  std::int64_t most_bytes = std::int64_t{128} << 20;  ///< beyond, with no safe point, overgrown() is true
};

/// Closes a chunk at the first safe point after its target length. Holds one chunk and its tail.
class ChunkCutter {
 public:
  ChunkCutter(const av::Stream& source, CutterSettings settings);

  /// The stream's next packet, times mended. Returns a chunk when its tail is complete.
  std::optional<CutChunk> push(av::Packet packet, std::optional<double> fraction);
  /// At the end of the stream: call until it returns nothing.
  std::optional<CutChunk> finish();

  /// The open chunk found no safe point within most_bytes: take_open() hands it over, and ends this cutter.
  [[nodiscard]] bool overgrown() const { return !closing_ && open_.chunk.bytes > settings_.most_bytes; }
  [[nodiscard]] CutChunk take_open();
  [[nodiscard]] const CutterSettings& settings() const { return settings_; }

  [[nodiscard]] double open_seconds() const { return clock_ - open_.chunk.start_seconds; }

 private:
  [[nodiscard]] bool leads(const AVPacket& packet, const Picture& picture) const;
  void add(CutChunk& chunk, av::Packet packet, PacketTime time) const;
  void place_missing_pts(const Picture& picture, const AVPacket& packet, PacketTime& time);
  void open_at(std::int64_t packet);
  void follow_reordering(const AVPacket& packet);
  void follow_extradata(const AVPacket& packet);

  CutterSettings settings_;
  PictureParser parser_;
  Rational time_base_;
  std::shared_ptr<const AVCodecParameters> parameters_;
  bool fills_pts_;
  double nominal_duration_;
  CutChunk open_;
  std::optional<CutChunk> closing_;
  bool leading_open_ = false;           ///< the packets after the open chunk's key may still be leading
  std::optional<std::size_t> untimed_;  ///< in open_.times: the last non-B picture, waiting for its pts
  std::deque<Ticks> recent_pts_;
  std::int64_t next_packet_ = 0;
  int next_index_ = 0;
  double clock_ = 0;
  std::optional<double> origin_;
};

}  // namespace mpienc::input
