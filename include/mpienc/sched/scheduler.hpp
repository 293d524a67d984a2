#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <variant>
#include <vector>

#include "mpienc/plan/work.hpp"
#include "mpienc/sched/policy.hpp"

namespace mpienc::sched {

/// How far the plan may run ahead of the output.
struct Limits {
  int window = 8;                ///< chunks planned but not yet released
  int unfinished = 8;            ///< chunks planned but not yet finished, beyond which ...
  std::int64_t ahead_bytes = 0;  ///< ... the payload of all unfinished chunks must be below this
  /// The payload of all unfinished chunks from which on no more are planned.
  std::int64_t most_bytes = std::numeric_limits<std::int64_t>::max();
};

/// Send the chunk to the rank. `copy`: another rank runs it already; the first result counts.
struct Assign {
  int chunk;
  int rank;
  bool copy = false;

  friend bool operator==(const Assign&, const Assign&) = default;
};
/// Ask `victim` to pass the chunk on to `thief`. Its answer comes back by steal_answered().
struct Steal {
  int chunk;
  int victim;
  int thief;

  friend bool operator==(const Steal&, const Steal&) = default;
};
/// The rank need not begin or finish this chunk: another's result counts.
struct Cancel {
  int chunk;
  int rank;

  friend bool operator==(const Cancel&, const Cancel&) = default;
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
using Command = std::variant<Assign, Steal, Cancel, Release, Finished>;

/// Lanes that have nothing to do, by what they wait for.
struct IdleLanes {
  int reader = 0;  ///< for the next chunk to be read: wants_chunk() is true
  int link = 0;    ///< for a chunk that is on its way
  int window = 0;  ///< for chunks to be finished: Limits let no more be planned
  int tail = 0;    ///< for the end: nothing is left to begin

  [[nodiscard]] int total() const { return reader + link + window + tail; }
  friend bool operator==(const IdleLanes&, const IdleLanes&) = default;
};

/// Decides who encodes which chunk and when results leave. Pure: events go in by its methods with the time
/// at which they happen (seconds of any clock that never runs backwards), commands come out of
/// take_commands() in the order to carry them out. Amortised O(log n) per event and command.
class Scheduler {
 public:
  /// Throws Error(internal) unless window >= 1, unfinished >= 1 and credits >= 0.
  Scheduler(Limits limits, Policy policy);
  ~Scheduler();
  Scheduler(const Scheduler&) = delete;
  Scheduler& operator=(const Scheduler&) = delete;

  /// 0 lanes are legal: such a rank gets no chunk. Throws Error(internal) where the rank is in already.
  void rank_joined(int rank, int lanes, double now);
  /// What only it held goes back to the queue, as does what it was to pass on and the thief has not begun;
  /// the thief is told. Unknown ranks are ignored. O(n log n).
  void rank_lost(int rank, double now);
  /// The rank finishes what it runs and gets nothing more: its lanes count no longer, what it has not begun
  /// is cancelled and goes back to the queue. It stays in until rank_lost(). Unknown ranks are ignored. O(n
  /// log n).
  void rank_drained(int rank, double now);
  /// Of more or fewer lanes than at the start; what is planned already stays.
  void set_limits(const Limits& limits, double now);
  /// Chunks are planned in order 0, 1, 2, ...; throws Error(internal) outside the window.
  void chunk_planned(int chunk, const plan::Work& work, double now);
  /// As chunk_planned(), but its result is there already.
  void chunk_restored(int chunk, const plan::Work& work, double now);
  /// A planned chunk's result comes from elsewhere: no rank need encode it. Ignored where it has one. All
  /// that hold it but `rank`, which may be none (-1), are told.
  void chunk_replaced(int chunk, int rank, double now);
  void plan_complete(double now);
  /// A lane of the rank has begun the chunk; ignored where the rank does not hold it now.
  void chunk_started(int chunk, int rank, double now);
  /// `seconds`: how long the lane took. The first result of a chunk counts, whichever rank of the pool it
  /// comes from; returns whether this one does. Throws Error(internal) for a chunk never planned.
  bool chunk_finished(int chunk, int rank, double seconds, double now);
  /// The rank holds the chunk no longer and gives no result. Unless another runs it, it is given at once to
  /// another rank with lanes; where there is none it is the first to be given out again. Ignored where the
  /// rank does not hold it now.
  void chunk_failed(int chunk, int rank, double now);
  /// The victim's answer to a Steal: `moved` where the payload is on its way to the thief, else the victim
  /// had begun the chunk and keeps it. Ignored where the steal no longer matters.
  void steal_answered(int chunk, int victim, bool moved, double now);
  /// Looks again at what takes longer than expected; call about once a second while chunks run.
  void tick(double now);

  /// Whether another chunk may be planned now.
  [[nodiscard]] bool wants_chunk() const;
  [[nodiscard]] bool finished() const;
  [[nodiscard]] std::vector<Command> take_commands();

  /// Of the ranks that have joined and are not lost. With none left nothing ends until one joins.
  [[nodiscard]] int ranks() const;
  [[nodiscard]] int lanes() const;
  /// Those of the rank; 0 where it is not in or drained.
  [[nodiscard]] int lanes_of(int rank) const;
  /// Whether the rank holds nothing and has nothing to pass on; true where it is not in.
  [[nodiscard]] bool idle(int rank) const;
  /// Of the ranks that may leave those that are not needed any more, the slowest first: all is planned and
  /// begun, they are idle, and without them there is still an idle lane for each unfinished chunk, should it
  /// come back or be worth a copy.
  [[nodiscard]] std::vector<int> surplus(const std::function<bool(int rank)>& may_leave) const;
  /// Lanes with a chunk, be it still on its way.
  [[nodiscard]] int busy_lanes() const;
  [[nodiscard]] IdleLanes idle_lanes() const;
  /// Chunks so far.
  [[nodiscard]] int planned() const;
  [[nodiscard]] int released() const;
  /// Speed of one of the rank's lanes as learned, 1 being the mean of all; 1 while nothing is known.
  [[nodiscard]] double speed(int rank) const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace mpienc::sched
