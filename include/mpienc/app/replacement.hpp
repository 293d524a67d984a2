#pragma once

#include <string>
#include <vector>

#include "mpienc/app/options.hpp"
#include "mpienc/encode/copied_chunk.hpp"
#include "mpienc/plan/chunk_result.hpp"

namespace mpienc::app {

/// What goes into the output where a chunk cannot be encoded.
struct Replacement {
  ChunkResult result;  ///< without packets where its pictures are left out
  enum class Kind {
    copied,  ///< the packets are the source's
    skipped,
    silent,
  } kind = Kind::skipped;
  std::vector<PacketTime> skipped;  ///< of the pictures that are left out
  std::string line;                 ///< what was done, and why not more
};

/// For copy and skip.
[[nodiscard]] Replacement replacement_for(const encode::VideoTask& task, OnBadChunk choice,
                                          const encode::VideoSettings& settings, int reorder_depth);

}  // namespace mpienc::app
