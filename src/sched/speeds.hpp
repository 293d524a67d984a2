#pragma once

#include <map>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "mpienc/plan/cost_model.hpp"

namespace mpienc::sched {

/// How fast the lanes of each rank are, learned from what they finish. The pace of a rank is expected by
/// taken seconds; its speed is the pace by the mean pace of all known lanes. Amortised O(log n) per call.
class Speeds {
 public:
  void join(int rank, int lanes);
  void lose(int rank);
  /// Returns the ranks whose pace is another now; none for ranks without lanes or seconds that are no time.
  std::vector<int> observe(const plan::CostModel& model, int rank, const plan::Work& work, double seconds);

  [[nodiscard]] std::optional<double> pace(int rank) const;
  /// Of all known lanes; 1 while none is known.
  [[nodiscard]] double mean_pace() const { return known_lanes_ == 0 ? 1 : pace_sum_ / known_lanes_; }
  /// 1 where it is not known.
  [[nodiscard]] double speed(int rank) const;
  /// Whether some known ranks are so much faster than others that they should be asked first.
  [[nodiscard]] bool differ() const;

 private:
  /// Sums over the finished chunks, each counting less with every later one.
  struct Record {
    int lanes = 0;
    double chunks = 0, frames = 0, bytes = 0, seconds = 0;
    std::int64_t pixels = 0;
    std::optional<double> pace;
  };

  void set_pace(int rank, Record& record, std::optional<double> pace);
  static double pace_of(const plan::CostModel& model, const Record& record);

  std::map<int, Record> records_;
  std::set<std::pair<double, int>> paces_;  ///< {pace, rank} of the known
  int known_lanes_ = 0;
  double pace_sum_ = 0;
  int observed_ = 0, next_review_ = 1;
};

}  // namespace mpienc::sched
