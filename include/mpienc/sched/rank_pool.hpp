#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <utility>
#include <vector>

namespace mpienc::sched {

/// What one rank has and has to do. Costs are seconds of a lane of speed 1.
struct RankLoad {
  int lanes = 0;
  std::set<int> held;
  std::set<std::pair<std::int64_t, int>> stealable;  ///< {order of arrival, chunk}, of the held
  std::set<int> passing;  ///< chunks that it was asked to pass on and that the thief has not begun
  int running = 0;        ///< of the held
  std::set<std::pair<double, int>> finishes;  ///< {expected, chunk} of the running, absolute seconds
  double finish_sum = 0;                      ///< of these
  double waiting_cost = 0;                    ///< of the held that do not run yet
  std::optional<double> pace;                 ///< learned speed in a unit that all ranks share
  double speed = 1;                           ///< of a lane, 1 being the mean
  double free_at = 0;     ///< when, on the mean of its lanes, it will have done all that it holds
  double next_begin = 0;  ///< when it would begin one chunk more
  double last_begin = 0;  ///< when it will begin the last one that waits behind its lanes
  double delivery = 0;  ///< seconds from sending a chunk until a lane that was free is heard to have begun it
  double chunk_seconds = 0;  ///< that its chunks take, learned
  double credit_from = 0;    ///< next_begin but for lead()

  void learn_delivery(double seconds);
  void learn_chunk(double seconds);
  /// The longer a lane would wait for its next chunk, the less that may depend on when the running one ends:
  /// by so many seconds a credit is sent earlier.
  [[nodiscard]] double lead() const;

  [[nodiscard]] int count() const { return static_cast<int>(held.size()); }
  [[nodiscard]] int free_lanes() const { return count() < lanes ? lanes - count() : 0; }
  /// A chunk that waits at a slow rank waits long, for a link whose delay is little to such a rank: it has to
  /// be known not to be one.
  [[nodiscard]] bool earns_credits() const { return pace && speed > 2.0 / 3; }
  /// When the chunk begins that is so many places behind those that have a lane.
  [[nodiscard]] double begin_behind(int places) const;
  [[nodiscard]] bool full() const { return lanes > 0 && count() >= lanes; }
};

/// The ranks that take part and what each holds, in every order that a decision asks for. O(log n) per call
/// but lose(), which also hands over what the rank held.
class RankPool {
 public:
  /// `credits`: chunks that room_for_credit() allows beyond the lanes.
  explicit RankPool(int credits) : credits_(credits) {}

  /// Throws Error(internal) for a rank that is already in or for negative lanes; 0 lanes: never chosen.
  void join(int rank, int lanes, double now);
  /// Returns the load that the rank had; none for an unknown rank.
  std::optional<RankLoad> lose(int rank);
  /// nullptr for an unknown rank.
  [[nodiscard]] const RankLoad* find(int rank) const;

  /// Calls edit(RankLoad&) and puts the rank where it belongs then. The rank must be in the pool.
  template <class Edit>
  void change(int rank, double now, Edit&& edit) {
    const auto it = ranks_.find(rank);
    leave(it->first, it->second);
    edit(it->second);
    enter(it->first, it->second, now);
  }

  /// Ties go to the lowest rank.
  [[nodiscard]] std::optional<int> most_free() const;
  /// Of the ranks with free lanes but `except`; ranks of unknown pace count as if they had `mean_pace`.
  [[nodiscard]] std::optional<int> fastest_free(double mean_pace, int except = -1) const;
  /// Of the ranks without a free lane that earn credits and have one left, the one that should be sent it
  /// first.
  [[nodiscard]] std::optional<int> room_for_credit() const;
  /// Of the ranks with more chunks than lanes, one of which may be stolen, the one that begins its last one
  /// last.
  [[nodiscard]] std::optional<int> victim() const;

  [[nodiscard]] const std::map<int, RankLoad>& all() const { return ranks_; }
  [[nodiscard]] int ranks() const { return static_cast<int>(ranks_.size()); }
  [[nodiscard]] int lanes() const { return lanes_; }
  [[nodiscard]] int busy_lanes() const { return busy_; }
  /// Lanes that run nothing, and those of them that a held chunk is on its way to.
  [[nodiscard]] int idle_lanes() const { return idle_; }
  [[nodiscard]] int fed_idle_lanes() const { return fed_; }

  /// The ranks without a free lane together: lanes, sum of lanes * speed, and when on the mean they are free.
  struct Full {
    int lanes = 0;
    double capacity = 0;
    double free_at = 0;
  };
  [[nodiscard]] Full full() const;

 private:
  using ByTime = std::set<std::pair<double, int>>;

  void enter(int rank, RankLoad& load, double now);
  void leave(int rank, const RankLoad& load);
  void count(const RankLoad& load, int sign);

  int credits_;
  std::map<int, RankLoad> ranks_;
  std::set<std::pair<int, int>> free_;           ///< {-free lanes, rank}
  std::set<std::pair<int, int>> free_unknown_;   ///< the same, of ranks of unknown pace
  std::set<std::pair<double, int>> free_known_;  ///< {-pace, rank}
  ByTime creditable_;                            ///< {credit_from, rank}
  ByTime victims_;                               ///< {last_begin, rank}
  int lanes_ = 0, busy_ = 0, idle_ = 0, fed_ = 0;
  int full_lanes_ = 0;
  double full_capacity_ = 0, full_free_at_ = 0;  ///< sums of capacity and of capacity * free_at
};

}  // namespace mpienc::sched
