#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "mpienc/app/output_thread.hpp"
#include "mpienc/app/replacement.hpp"
#include "mpienc/app/result_shelf.hpp"
#include "mpienc/output/video_join.hpp"

namespace mpienc::app {

/// The way of planned chunks to the video track of the output, in plan order: their results, or what replaces them.
class ChunkOutlet {
 public:
  /// All outlive it; `joiner` is null without video to encode, and nothing is called then.
  ChunkOutlet(OutputThread& output, int track, output::VideoJoiner* joiner, ResultShelf& shelf)
      : output_(output), track_(track), joiner_(joiner), shelf_(shelf) {}

  /// `times`: of the chunk's packets, the first of which has the id `first_packet`.
  void planned(int chunk, std::int64_t first_packet, std::vector<PacketTime> times);
  /// Instead of the chunk's result. It is not kept in the journal: a later run tries the chunk again.
  void replace(int chunk, Replacement replacement);
  void release(int chunk);
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

  OutputThread& output_;
  int track_;
  output::VideoJoiner* joiner_;
  ResultShelf& shelf_;
  std::map<int, Pending> pending_;
  int encoded_ = 0, replaced_ = 0;
};

}  // namespace mpienc::app
