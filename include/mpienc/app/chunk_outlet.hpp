#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <vector>

#include "mpienc/app/output_thread.hpp"
#include "mpienc/app/replacement.hpp"
#include "mpienc/output/video_join.hpp"

namespace mpienc::app {

/// The way of planned chunks to the video track of the output, in plan order: their results, or what replaces
/// them.
class ChunkOutlet {
 public:
  /// Both outlive it.
  ChunkOutlet(OutputThread& output, int track, output::VideoJoiner& joiner)
      : output_(output), track_(track), joiner_(joiner) {}

  /// `times`: of the chunk's packets, the first of which has the id `first_packet`.
  void planned(int chunk, std::int64_t first_packet, std::vector<PacketTime> times);
  /// What is released for it comes instead of an encoded chunk.
  void replace(int chunk, const Replacement& replacement);
  void release(const EncodedChunk& result);
  /// All chunks are released. Error(codec) where all had to be replaced.
  void finish();

 private:
  struct Pending {
    std::int64_t first_packet = 0;
    std::vector<PacketTime> times;
    std::vector<PacketTime> skipped;
    enum class Origin { encoded, copied, skipped } origin = Origin::encoded;
  };
  [[nodiscard]] std::vector<av::Packet> join(const EncodedChunk& result, const Pending& pending);
  void give_back_memory();

  OutputThread& output_;
  int track_;
  output::VideoJoiner& joiner_;
  std::map<int, Pending> pending_;
  int encoded_ = 0, replaced_ = 0;
  std::chrono::steady_clock::time_point trimmed_ = std::chrono::steady_clock::now();
};

}  // namespace mpienc::app
