#pragma once

#include <set>
#include <variant>
#include <vector>

#include "mpienc/sched/rank_pool.hpp"
#include "mpienc/sched/release_window.hpp"

namespace mpienc::sched {

/// window: chunks planned but not yet released; credits: chunks a rank may hold beyond its lanes.
struct Limits {
  int window = 8;
  int credits = 1;
};

struct Assign {
  int chunk;
  int rank;

  friend bool operator==(const Assign&, const Assign&) = default;
};
/// The chunk is the next in plan order and its result is there: it goes to the output.
struct Release {
  int chunk;

  friend bool operator==(const Release&, const Release&) = default;
};
/// The plan is complete and all is released; comes once, as the last command.
struct Finished {
  friend bool operator==(const Finished&, const Finished&) = default;
};
using Command = std::variant<Assign, Release, Finished>;

/// Decides who encodes which chunk and when results leave. Pure: no clock, no thread, no I/O; events
/// go in by its methods and commands come out of take_commands() in the order to carry them out.
/// O(log n) per event and command.
class Scheduler {
 public:
  /// Throws Error(internal) unless window >= 1 and credits >= 0.
  explicit Scheduler(Limits limits);

  /// 0 lanes are legal: such a rank gets no chunk. Throws Error(internal) where the rank is in already.
  void rank_joined(int rank, int lanes);
  /// Its unfinished chunks go back to the front of the queue, oldest first. Unknown ranks are ignored.
  void rank_lost(int rank);
  /// Chunks are planned in order 0, 1, 2, ...; throws Error(internal) outside the window.
  void chunk_planned(int chunk);
  void plan_complete();
  /// A late or second result of a chunk is ignored: it counts where the rank holds the chunk now.
  /// Returns whether this result counts. Throws Error(internal) for a chunk that was never planned.
  bool chunk_finished(int chunk, int rank);

  /// Whether the window has room for another planned chunk.
  [[nodiscard]] bool wants_chunk() const;
  [[nodiscard]] bool finished() const { return finished_; }
  [[nodiscard]] std::vector<Command> take_commands();

  /// Of the ranks that have joined and are not lost. With none left nothing ends until one joins.
  [[nodiscard]] int ranks() const { return pool_.ranks(); }
  [[nodiscard]] int lanes() const { return pool_.lanes(); }
  [[nodiscard]] int busy_lanes() const { return pool_.busy_lanes(); }
  /// Chunks so far.
  [[nodiscard]] int planned() const { return window_.planned(); }
  [[nodiscard]] int released() const { return window_.released(); }

 private:
  void assign();
  void release();
  void finish_when_all_released();

  int credits_;
  ReleaseWindow window_;
  RankPool pool_;
  std::set<int> queue_;  ///< planned and held by no rank
  bool plan_complete_ = false;
  bool finished_ = false;
  std::vector<Command> commands_;
};

}  // namespace mpienc::sched
