#pragma once

#include <cstdint>
#include <vector>

#include "mpienc/av/handles.hpp"
#include "mpienc/core/rational.hpp"
#include "mpienc/plan/mp3_chunk.hpp"

namespace mpienc::output {

/// Makes a container's packets of one MP3 track's chunks (Mp3Joining::flush), which come in order: a frame
/// each, with times in samples, and what libavcodec's LAME tells of the samples that a decoder skips at both
/// ends.
class Mp3Track {
 public:
  /// `delay`: samples that a decoder gives before the first one.
  Mp3Track(int samples_per_frame, int delay) : samples_per_frame_(samples_per_frame), delay_(delay) {}

  /// `samples`: those of the source that are the chunk's own; `start`: the pts of the track's first one.
  /// Throws Error(internal) for a chunk out of order and for bytes that are not its frames.
  [[nodiscard]] std::vector<av::Packet> add(const Mp3Chunk& chunk, std::int64_t samples, Ticks start);
  [[nodiscard]] bool complete() const { return complete_; }

 private:
  [[nodiscard]] av::Packet packet_of(std::span<const std::byte> frame, Ticks start) const;

  int samples_per_frame_, delay_;
  std::int64_t frames_ = 0;   ///< given out
  std::int64_t samples_ = 0;  ///< of all chunks
  bool complete_ = false;
};

}  // namespace mpienc::output
