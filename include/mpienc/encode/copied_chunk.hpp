#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "mpienc/encode/video_settings.hpp"
#include "mpienc/encode/video_task.hpp"
#include "mpienc/plan/encoded_chunk.hpp"

namespace mpienc::encode {

/// The source's own packets in place of encoded ones.
struct CopiedChunk {
  std::optional<EncodedChunk> chunk;  ///< H.264 after start codes, parameter sets in its first packet
  std::string why_not;                ///< one phrase, where there is none
};

/// Copies a chunk of H.264 for an output of H.264 whose packets are held back `reorder_depth` at most: where
/// picture size and format are the output's, nothing in the chunk refers outside and every packet is a whole
/// picture.
[[nodiscard]] CopiedChunk copy_chunk(const VideoTask& task, const VideoSettings& settings, int reorder_depth);

/// Times of the packets whose pictures the chunk owns, in coded order.
[[nodiscard]] std::vector<PacketTime> owned_times(const VideoTask& task);

}  // namespace mpienc::encode
