#pragma once

#include <map>
#include <optional>
#include <set>
#include <utility>

namespace mpienc::sched {

/// The ranks that take part, their lanes and the chunks that each holds. O(log n) per call but lose(),
/// which also hands over what the rank held.
class RankPool {
 public:
  using Chunks = std::set<int>;

  /// Throws Error(internal) for a rank that is already in or for negative lanes; 0 lanes: never chosen.
  void join(int rank, int lanes);
  /// Returns the chunks that the rank held; none for an unknown rank.
  Chunks lose(int rank);

  void give(int rank, int chunk);
  /// Returns false where the rank does not hold the chunk (or is not in the pool).
  bool take_back(int rank, int chunk);

  /// The rank with the most free lanes; none free: the one with the fewest chunks beyond its lanes, if
  /// fewer than `credits`. Ties: the lowest rank.
  [[nodiscard]] std::optional<int> least_loaded(int credits) const;

  [[nodiscard]] int ranks() const { return static_cast<int>(ranks_.size()); }
  [[nodiscard]] int lanes() const { return lanes_; }
  [[nodiscard]] int busy_lanes() const { return busy_lanes_; }

 private:
  struct Rank {
    int lanes = 0;
    Chunks held;

    /// Chunks beyond the lanes; negative: free lanes.
    [[nodiscard]] int excess() const { return static_cast<int>(held.size()) - lanes; }
    [[nodiscard]] int busy() const { return excess() < 0 ? static_cast<int>(held.size()) : lanes; }
  };
  using Ranks = std::map<int, Rank>;

  void enter(Ranks::const_iterator it);
  void leave(Ranks::const_iterator it);

  Ranks ranks_;
  std::set<std::pair<int, int>> by_excess_;  ///< {excess, rank} of ranks with lanes
  int lanes_ = 0;
  int busy_lanes_ = 0;
};

}  // namespace mpienc::sched
