#pragma once

#include <cstdint>
#include <span>
#include <variant>

#include "mpienc/core/bytes.hpp"
#include "mpienc/plan/encoded_chunk.hpp"
#include "mpienc/plan/file_task.hpp"
#include "mpienc/plan/flac_chunk.hpp"
#include "mpienc/plan/mp3_chunk.hpp"

namespace mpienc {

/// What encoding a chunk of any kind gives: what jobs count, and what its output is made of.
struct ChunkResult {
  std::int32_t index = 0;           ///< in the job's plan; that of `data` counts its own output's chunks
  std::int64_t units = 0;           ///< frames of video, or samples of each channel
  std::int32_t damaged_frames = 0;  ///< concealed or flagged corrupt by the decoder
  std::int32_t decode_errors = 0;   ///< packets that the decoder refused
  double cpu_seconds = 0;   ///< of the lane, from the task to the last byte freed; an isolated process's too
  double wall_seconds = 0;  ///< that the lane was taken
  std::variant<EncodedChunk, FlacChunk, Mp3Chunk, FileResult> data;

  ChunkResult() = default;
  /// Counts are the chunk's own.
  explicit ChunkResult(EncodedChunk chunk);

  /// Of what the encoder made.
  [[nodiscard]] std::int64_t payload_bytes() const;
  [[nodiscard]] Bytes serialise() const;
  /// Throws Error(cluster) on what is too short or of an unknown kind.
  [[nodiscard]] static ChunkResult parse(std::span<const std::byte> bytes);
};

}  // namespace mpienc
