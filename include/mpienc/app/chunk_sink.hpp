#pragma once

#include <cstdint>
#include <functional>
#include <memory>

#include "mpienc/app/chunk_reader.hpp"
#include "mpienc/app/handshake.hpp"
#include "mpienc/app/replacement.hpp"
#include "mpienc/plan/chunk_result.hpp"

namespace mpienc::app {

/// Where the coordinator's results go and what gives them the output's name. It writes on
/// threads of its own; calls do not wait for the disk.
class ChunkSink {
 public:
  ChunkSink() = default;
  ChunkSink(const ChunkSink&) = delete;
  ChunkSink& operator=(const ChunkSink&) = delete;
  virtual ~ChunkSink() = default;

  virtual void planned(const PlannedChunk& chunk) = 0;
  /// Copy or skip: what comes instead of a chunk that cannot be encoded; release() gets its result.
  [[nodiscard]] virtual Replacement replace(const encode::Task& task, OnBadChunk choice) = 0;
  /// What comes instead of one that failed for another reason than a codec's; nothing: the job fails.
  [[nodiscard]] virtual std::optional<Replacement> replace_failed(const encode::Task& /*task*/,
                                                                  const Failure& /*failure*/) {
    return std::nullopt;
  }
  /// Whether release() wants plan order; else results come as they are there.
  [[nodiscard]] virtual bool in_order() const { return true; }
  virtual void release(std::shared_ptr<const ChunkResult> result) = 0;
  /// All chunks are released.
  virtual void finish() = 0;

  /// Bytes that the disk has yet to take.
  [[nodiscard]] virtual std::int64_t backlog() const = 0;
  /// What the output has beside chunks is there.
  [[nodiscard]] virtual bool rest_ended() const = 0;
  virtual void rethrow() const = 0;
  /// Waits for the disk and gives the output its name, unless `before_rename` throws. Returns its bytes.
  virtual std::int64_t commit(const std::function<void()>& before_rename) = 0;
  /// Takes the temporary file away at once, from any thread.
  virtual void discard() const noexcept = 0;
};

}  // namespace mpienc::app
