#pragma once

#include <functional>
#include <map>
#include <set>
#include <tuple>

namespace mpienc::sched {

/// Chunks that no rank holds, in the order in which they are to be given out. O(log n) per call.
class ChunkQueue {
 public:
  /// `returned`: it was given out before and goes before those that never were.
  void push(int chunk, double cost, bool returned);
  void erase(int chunk);
  [[nodiscard]] bool contains(int chunk) const { return keys_.contains(chunk); }
  /// Returned chunks first, oldest first; then the others, oldest first or longest first. Not empty. While
  /// the others go oldest first, the oldest of all is first: it was given out before any that came back.
  [[nodiscard]] int front() const { return std::get<2>(*order_.begin()); }

  /// Whether a chunk that was given out, had it not been, would come before the front.
  [[nodiscard]] bool front_comes_after(int chunk, double cost) const {
    return key(chunk, cost, false) < *order_.begin();
  }

  /// From now on the longest chunk comes first, by the costs that `cost` tells once more.
  void put_longest_first(const std::function<double(int)>& cost);

  [[nodiscard]] bool empty() const { return keys_.empty(); }
  [[nodiscard]] int size() const { return static_cast<int>(keys_.size()); }
  /// Expected seconds of all, on a lane of speed 1.
  [[nodiscard]] double cost() const { return cost_; }

 private:
  using Key = std::tuple<bool, double, int>;  ///< never given out, -cost or 0, chunk
  [[nodiscard]] Key key(int chunk, double cost, bool returned) const {
    return {!returned, longest_first_ && !returned ? -cost : 0, chunk};
  }
  struct Entry {
    Key key;
    double cost;
  };

  std::map<int, Entry> keys_;
  std::set<Key> order_;
  double cost_ = 0;
  bool longest_first_ = false;
};

}  // namespace mpienc::sched
