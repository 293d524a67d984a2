#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <variant>
#include <vector>

#include "mpienc/app/bounded_queue.hpp"
#include "mpienc/core/error.hpp"
#include "mpienc/encode/video_settings.hpp"
#include "mpienc/encode/video_task.hpp"
#include "mpienc/plan/encoded_chunk.hpp"

namespace mpienc::app {

/// A chunk for a lane: as a value on the rank that cut it, as bytes where it came over the wire.
using TaskPayload = std::variant<std::shared_ptr<const encode::VideoTask>, std::shared_ptr<const Bytes>>;

struct LaneFailure {
  ExitStatus status = ExitStatus::internal;
  std::string line;
};

struct LaneResult {
  int chunk = 0;
  std::variant<EncodedChunk, LaneFailure> outcome;
};

/// The encoding threads of one process. `wake` is called from a lane after each result.
class LanePool {
 public:
  LanePool(int lanes, encode::VideoSettings settings, std::function<void()> wake);
  /// Stops the running encoders and waits for the lanes.
  ~LanePool();
  LanePool(const LanePool&) = delete;
  LanePool& operator=(const LanePool&) = delete;

  void submit(int chunk, TaskPayload payload);
  [[nodiscard]] std::optional<LaneResult> try_result();
  /// Frames given to the encoders since the start, those of unfinished chunks included.
  [[nodiscard]] std::int64_t frames() const { return frames_.load(std::memory_order_relaxed); }

 private:
  struct Job {
    int chunk;
    TaskPayload payload;
  };
  void run(const std::stop_token& stop);

  encode::VideoSettings settings_;
  std::function<void()> wake_;
  std::atomic<std::int64_t> frames_ = 0;
  BoundedQueue<Job> jobs_;
  BoundedQueue<LaneResult> results_;
  std::vector<std::jthread> threads_;
};

}  // namespace mpienc::app
