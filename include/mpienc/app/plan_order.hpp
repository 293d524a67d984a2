#pragma once

#include <condition_variable>
#include <cstddef>
#include <functional>
#include <list>
#include <mutex>
#include <optional>
#include <set>

#include "mpienc/app/chunk_reader.hpp"

namespace mpienc::app {

/// A chunk that has no number in the plan yet; `plan.task` is empty.
struct CutChunk {
  PlannedChunk plan;
  encode::Task task;
};

/// The chunks of all tracks in one order, which is that of the reader's calls: put() for a chunk that it has
/// cut, open() for a place where a track's own thread will put those that it cuts of what was read so far.
/// They are numbered in this order. So the plan follows from the input alone, however fast the threads are.
class PlanOrder {
  struct Entry {
    std::optional<CutChunk> chunk;
    bool open = false;
  };

 public:
  using Place = Entry*;  ///< valid until close()

  /// `wake` is called, from any thread, where there may be something to take.
  explicit PlanOrder(std::function<void()> wake) : wake_(std::move(wake)) {}
  PlanOrder(const PlanOrder&) = delete;
  PlanOrder& operator=(const PlanOrder&) = delete;

  /// The reader's. put() waits while the chunk before of its track (PlannedChunk::track) is not taken.
  void put(CutChunk chunk);
  [[nodiscard]] Place open();

  /// Of the thread that was given the place; add() waits as put() does. Nobody waits for what comes behind in
  /// the order, so that all get on.
  void add(Place place, CutChunk chunk);
  void close(Place place);

  /// The next chunk of the order, where it is there.
  [[nodiscard]] std::optional<PlannedChunk> try_take();
  /// No place is open: what is not taken is there.
  [[nodiscard]] bool settled() const;
  /// Ends all waiting; what comes is dropped.
  void abandon();

 private:
  [[nodiscard]] std::optional<CutChunk> take();
  /// False once abandoned.
  bool wait_for_turn(std::unique_lock<std::mutex>& lock, int track);

  std::function<void()> wake_;
  mutable std::mutex mutex_;
  std::condition_variable taken_;
  std::list<Entry> entries_;
  std::set<int> tracks_;  ///< with a chunk that is not taken
  std::size_t open_ = 0;
  int next_index_ = 0;
  bool abandoned_ = false;
};

}  // namespace mpienc::app
