#pragma once

#include <map>
#include <optional>
#include <set>
#include <utility>

namespace mpienc::sched {

/// What part of the work each rank is to get once all are measured, and what each has got of it.
class Shares {
 public:
  void join(int rank, int lanes);
  void lose(int rank);
  /// The rank has finished a chunk.
  void measured(int rank) { unmeasured_.erase(rank); }

  /// Whether it is time to fix(): there are ranks with lanes, all are measured.
  [[nodiscard]] bool ready() const { return !fixed_ && unmeasured_.empty() && !lanes_.empty(); }
  [[nodiscard]] bool fixed() const { return fixed_; }
  /// From now on shares are given out. Then tell set() of every rank with lanes.
  void fix() { fixed_ = true; }
  /// `capacity`: lanes * speed; `given`: cost that it has to do already.
  void set(int rank, double capacity, double given);

  /// The rank where (given + cost) / capacity is least; the lowest of equals. Mostly O(1), at worst O(n).
  [[nodiscard]] std::optional<int> best(double cost) const;
  void give(int rank, double cost);

 private:
  struct Share {
    double capacity;
    double given;
    [[nodiscard]] double level() const { return given / capacity; }
  };

  std::map<int, int> lanes_;  ///< of ranks with lanes
  std::set<int> unmeasured_;
  std::map<int, Share> shares_;
  std::set<std::pair<double, int>> levels_;  ///< {level, rank}
  std::multiset<double> capacities_;
  bool fixed_ = false;
};

}  // namespace mpienc::sched
