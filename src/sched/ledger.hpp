#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "chunk_queue.hpp"
#include "mpienc/plan/cost_model.hpp"
#include "mpienc/sched/rank_pool.hpp"
#include "mpienc/sched/scheduler.hpp"
#include "speeds.hpp"

namespace mpienc::sched {

/// A rank that has a chunk. Times are seconds of the caller's clock.
struct Holder {
  int rank;
  double cost;           ///< expected seconds on a lane of speed 1
  std::int64_t arrival;  ///< ranks begin what they hold in this order
  bool running = false;
  double started = 0, finish = 0;   ///< of the running; finish is expected
  std::optional<double> sent = {};  ///< when, where a lane was free for it then
};

/// A chunk that is planned and not yet released.
struct ChunkState {
  plan::Work work;
  std::vector<Holder> holders;  ///< two at most
  std::optional<int> victim;    ///< was asked to pass it on to the holder, who has not begun it
  bool moved = false;           ///< the victim has answered so; the payload may still be on its way
  bool stolen = false;          ///< once; never again
  bool failed = false;          ///< once; it stays with whom it is given to then
  bool done = false;
};

/// Who holds which chunk since when, and the commands that made it so. It decides nothing; each change keeps
/// the pool, the queue and the orders of running chunks in step. O(log n) per change, amortised.
class Ledger {
 public:
  explicit Ledger(int credits) : pool_(credits) {}

  void join(int rank, int lanes, double now);
  /// What only it held goes back to the queue, and so does what it was asked to pass on and the thief has not
  /// begun: its payload may have been lost on the way. O(n log n).
  void lose(int rank, double now);
  /// The rank counts as one without lanes from now on; what it has not begun goes back to the queue, and it
  /// is told.
  void drain(int rank, double now);
  /// Queues the next chunk of the plan.
  void plan(const plan::Work& work);
  void put_longest_first();

  /// Takes the chunk from the queue, or a second time from the rank that runs it, and assigns it.
  void give(int chunk, int rank, double now);
  /// Takes a chunk from the one rank that holds it, for the time being.
  void steal(int chunk, int thief, double now);
  void steal_granted(int chunk);
  void steal_refused(int chunk, double now);
  void start(int chunk, int rank, double now);
  /// Its result is there: no rank holds it any more, all but `rank` are told so.
  void finish(int chunk, int rank, double now);
  /// The rank, which holds it, gives no result; the chunk goes back to the queue if no other holds it.
  void fail(int chunk, int rank, double now);
  /// The rank, which runs the chunk, is expected to have done it at `finish`.
  void set_finish(int chunk, int rank, double finish, double now);
  /// Adds what a lane of the rank took for such work to what is known of ranks and of work.
  void learn(const plan::Work& work, int rank, double seconds, double now);
  /// Forgets the oldest chunk, which is done.
  void release_oldest();

  [[nodiscard]] int planned() const { return oldest_ + static_cast<int>(chunks_.size()); }
  /// nullptr where the chunk is released or not planned.
  [[nodiscard]] ChunkState* find(int chunk);
  [[nodiscard]] Holder* holder(int chunk, int rank);
  [[nodiscard]] double expected_seconds(int chunk);

  /// Of the running chunks with one holder, the one that is expected to be finished last.
  [[nodiscard]] std::optional<int> last_to_finish() const;
  /// {chunk, rank} of those that ought to be finished by now.
  [[nodiscard]] std::vector<std::pair<int, int>> overdue(double now) const;

  [[nodiscard]] const RankPool& pool() const { return pool_; }
  [[nodiscard]] const ChunkQueue& queue() const { return queue_; }
  [[nodiscard]] const Speeds& speeds() const { return speeds_; }
  [[nodiscard]] int unfinished() const { return unfinished_; }
  [[nodiscard]] std::int64_t unfinished_bytes() const { return unfinished_bytes_; }

  std::vector<Command> commands;

 private:
  void enqueue(int chunk, bool returned);
  void forget_steal(int chunk, double now);
  void refresh_speed(int rank, double now);
  void hold(int chunk, int rank, bool pinned, double now);
  void drop(int chunk, int rank, double now);
  void enter_running(int chunk);
  void leave_running(int chunk);

  RankPool pool_;
  ChunkQueue queue_;
  Speeds speeds_;
  plan::CostModel model_;
  std::deque<ChunkState> chunks_;  ///< oldest_, oldest_ + 1, ...
  int oldest_ = 0;
  std::int64_t arrivals_ = 0;
  int learned_ = 0, next_review_ = 1;
  int unfinished_ = 0;
  std::int64_t unfinished_bytes_ = 0;
  std::set<std::pair<double, std::pair<int, int>>> running_;  ///< {finish, {chunk, rank}}
  std::set<std::pair<double, int>> alone_;  ///< {finish, chunk} of the running with one holder
};

}  // namespace mpienc::sched
