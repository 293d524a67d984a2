#pragma once

#include <memory>
#include <optional>

#include "mpienc/app/journal_place.hpp"
#include "mpienc/encode/task.hpp"
#include "mpienc/plan/chunk.hpp"
#include "mpienc/plan/work.hpp"

namespace mpienc::app {

/// A chunk as it was cut, and what that took the reader since the one before, waits for room not counted. Of
/// a recording the chunk's packets are samples; of a film's MP3 tracks what is as much work as so many of the
/// video's.
struct PlannedChunk {
  Chunk chunk;
  plan::Work work;
  std::shared_ptr<const encode::Task> task;
  double cpu_seconds = 0, wall_seconds = 0;
  int track = 0;          ///< of the output
  Ticks track_start = 0;  ///< of a film's MP3 track: the pts of its first sample, in samples
  JournalPlace journal;   ///< of an output with a journal of its own; none: that of the job, if there is one
  bool isolate = false;   ///< in a process of its own: the run before may have died of it
};

/// Where the coordinator's chunks come from: reads and cuts on threads of its own, bounded in memory.
class ChunkReader {
 public:
  ChunkReader() = default;
  ChunkReader(const ChunkReader&) = delete;
  ChunkReader& operator=(const ChunkReader&) = delete;
  virtual ~ChunkReader() = default;

  [[nodiscard]] virtual std::optional<PlannedChunk> try_chunk() = 0;
  /// All chunks were there to be taken, and all else that is read is handed on.
  [[nodiscard]] virtual bool done() const = 0;
  virtual void rethrow() const = 0;
  /// Of the input; an estimate, nothing where none is possible.
  [[nodiscard]] virtual std::optional<double> total_seconds() const = 0;
  /// Of the input, encoded by the reader itself and not in chunks.
  [[nodiscard]] virtual double encoded_seconds() const { return 0; }
};

}  // namespace mpienc::app
