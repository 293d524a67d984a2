#pragma once

#include <cstdint>
#include <span>

#include "mpienc/core/bytes.hpp"
#include "mpienc/plan/mp3_chunk.hpp"
#include "mpienc/plan/mp3_reservoir.hpp"
#include "mpienc/plan/mp3_stream.hpp"

namespace mpienc::output {

/// Makes one MP3 stream of chunks that come in order. Holds back what is not yet a whole frame.
class Mp3Join {
 public:
  enum class Outcome : std::uint8_t {
    taken,
    again,  ///< not taken: its encoder had not caught up with the one before; bring it
            ///< plan::with_more_warm_up()
  };

  explicit Mp3Join(const Mp3Stream& stream) : stream_(stream), reservoir_(stream) {}

  /// Appends whole frames to `out`. Throws Error(internal) for a chunk out of order and for one that has no
  /// room although it was encoded from the file's start.
  [[nodiscard]] Outcome add(const Mp3Chunk& chunk, Bytes& out);
  /// Whether the last chunk was taken.
  [[nodiscard]] bool complete() const { return complete_; }
  /// Chunks taken although a serial encode might have made others of them, with Mp3Joining::repack.
  [[nodiscard]] std::int32_t unproven() const { return unproven_; }

 private:
  [[nodiscard]] bool meets_seam(const Mp3Chunk& chunk) const;
  struct Fit {
    bool has_room = true;
    bool as_serial = true;
  };
  [[nodiscard]] Fit repack(const Mp3Chunk& chunk);
  [[nodiscard]] Outcome add_frames(const Mp3Chunk& chunk);
  void remember_seam(const Mp3Chunk& chunk);

  Mp3Stream stream_;
  Mp3Reservoir reservoir_;
  Bytes pending_;       ///< begins with a frame
  Mp3Frames expected_;  ///< what the chunk before heard of the next one's first frames
  std::int32_t next_index_ = 0;
  std::int32_t unproven_ = 0;
  bool complete_ = false;
};

/// Calls `take(std::span<const std::byte>)` for each whole frame in front of `bytes`; returns their bytes.
template <class Take>
std::size_t for_each_mp3_frame(std::span<const std::byte> bytes, Take take) {
  std::size_t at = 0;
  while (const auto header = Mp3Header::read(bytes.subspan(at))) {
    const auto length = static_cast<std::size_t>(header->frame_bytes);
    if (length > bytes.size() - at) break;
    take(bytes.subspan(at, length));
    at += length;
  }
  return at;
}

}  // namespace mpienc::output
