#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <variant>
#include <vector>

#include "mpienc/app/shared_inputs.hpp"
#include "mpienc/core/error.hpp"
#include "mpienc/encode/settings.hpp"
#include "mpienc/encode/task.hpp"
#include "mpienc/plan/chunk_result.hpp"

namespace mpienc::app {

/// A chunk for a lane: as a value on the rank that cut it, as bytes where it came over the wire.
using TaskPayload = std::variant<std::shared_ptr<const encode::Task>, std::shared_ptr<const Bytes>>;

struct LaneFailure {
  ExitStatus status = ExitStatus::internal;
  std::string line;
};

/// A lane has begun the chunk, this long after submit().
struct LaneStarted {
  int chunk = 0;
  int lane = 0;  ///< 0 to lanes - 1
  double queued_seconds = 0;
};

struct LaneResult {
  int chunk = 0;
  int lane = 0;
  std::variant<ChunkResult, LaneFailure> outcome;
};

using LaneEvent = std::variant<LaneStarted, LaneResult>;

/// The encoding threads of one process: they take chunks in the order of submit(). Each chunk gives
/// LaneStarted, then LaneResult; `wake` is called from a lane after each.
class LanePool {
 public:
  LanePool(int lanes, encode::Settings settings, std::function<void()> wake);
  /// stop(), and waits for the lanes.
  ~LanePool();
  LanePool(const LanePool&) = delete;
  LanePool& operator=(const LanePool&) = delete;

  /// `isolated`: in a process of its own, so that a codec that crashes is a LaneFailure and no more.
  void submit(int chunk, TaskPayload payload, bool isolated = false);
  [[nodiscard]] std::optional<LaneEvent> try_event();
  /// Takes back a chunk that no lane has begun; nothing where one has or the chunk is unknown.
  [[nodiscard]] std::optional<TaskPayload> withdraw(int chunk);
  /// Drops the chunk or stops its encoder: from now on it gives no event, unless it is submitted again.
  /// Unknown chunks are ignored.
  void cancel(int chunk);
  /// Cancels all that there is and all that will be submitted, without waiting for the lanes.
  void stop();
  /// Whether every lane encodes.
  [[nodiscard]] bool full() const;
  /// Whether a lane is writing files of its own, which it takes away when it is stopped.
  [[nodiscard]] bool writes_files() const;

  /// Frames, or samples, given to the encoders since the start: those of unfinished chunks are in, those of
  /// cancelled ones are not.
  [[nodiscard]] std::int64_t frames() const;

 private:
  struct Job;
  struct Event {
    LaneEvent event;
    std::int64_t frames = 0;  ///< what a LaneResult adds to finished_frames_
  };
  void run(int lane);
  std::shared_ptr<Job> begin(int lane);
  void end(const std::shared_ptr<Job>& job, LaneResult result);

  encode::Settings settings_;
  SharedInputs inputs_;
  std::function<void()> wake_;
  mutable std::mutex mutex_;
  std::condition_variable submitted_;
  bool stopped_ = false;
  std::deque<std::shared_ptr<Job>> waiting_;
  std::vector<std::shared_ptr<Job>> running_;
  std::deque<Event> events_;
  std::int64_t finished_frames_ = 0;
  std::vector<std::jthread> threads_;
};

}  // namespace mpienc::app
