#pragma once

#include <map>
#include <optional>
#include <set>

namespace mpienc::sched {

/// Which rank takes which chunk's samples into the digest of a recording next: chunk after chunk from 0, one
/// at a time, each on the rank that encoded it, which has just read it.
class DigestOrder {
 public:
  struct Step {
    int chunk = 0;
    int rank = 0;
    friend bool operator==(const Step&, const Step&) = default;
  };

  explicit DigestOrder(int ranks) : ranks_(ranks) {}

  /// The chunk's result is there. Chunks that no rank of this job has encoded go round.
  void encoded(int chunk, std::optional<int> rank);
  /// All its steps, also the one under way, go to rank 0, which cannot be lost.
  void lost(int rank) { lost_.insert(rank); }
  /// The step to begin; nothing while one is under way or the next chunk is not encoded.
  [[nodiscard]] std::optional<Step> next();
  /// Whether that was the step under way, which has ended.
  [[nodiscard]] bool ended(const Step& step);
  /// The step is to begin again, if it is the one under way.
  void repeat(const Step& step);
  /// Whether all chunks that are encoded are in, if they were encoded without gaps.
  [[nodiscard]] bool idle() const { return !under_way_ && encoded_.empty(); }

 private:
  [[nodiscard]] int alive(int rank) const { return lost_.contains(rank) ? 0 : rank; }

  int ranks_;
  int next_chunk_ = 0;
  std::map<int, int> encoded_;  ///< chunk to rank, of steps that have not begun
  std::optional<Step> under_way_;
  std::set<int> lost_;
};

}  // namespace mpienc::sched
