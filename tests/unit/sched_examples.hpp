#pragma once

#include <gmock/gmock.h>

#include <cmath>
#include <vector>

#include "mpienc/sched/scheduler.hpp"

namespace mpienc::sched {

/// Work that a new cost model expects to take so many seconds, and goes on to while lanes take that long.
inline plan::Work work_of(double seconds) { return {.bytes = std::llround(seconds * 25e6)}; }

/// Policy::credit_seconds that sends a credit however long it would wait.
constexpr double at_once = 1e9;

/// A scheduler with the clock in the test's hand.
struct Example {
  explicit Example(Policy policy = {}, Limits limits = {.window = 1000, .unfinished = 1000})
      : scheduler(limits, policy) {}

  void plan(const std::vector<double>& seconds) {
    for (const double each : seconds) scheduler.chunk_planned(scheduler.planned(), work_of(each), now);
  }
  void complete() { scheduler.plan_complete(now); }
  void join(int rank, int lanes) { scheduler.rank_joined(rank, lanes, now); }
  void lose(int rank) { scheduler.rank_lost(rank, now); }
  void start(int chunk, int rank) { scheduler.chunk_started(chunk, rank, now); }
  bool finish(int chunk, int rank, double seconds) {
    return scheduler.chunk_finished(chunk, rank, seconds, now);
  }
  void answer(int chunk, int victim, bool moved) { scheduler.steal_answered(chunk, victim, moved, now); }
  std::vector<Command> take() { return scheduler.take_commands(); }
  void forget() { static_cast<void>(take()); }

  double now = 0;
  Scheduler scheduler;
};

template <class... Each>
auto commands(Each... each) {
  return testing::ElementsAre(Command{each}...);
}

}  // namespace mpienc::sched
