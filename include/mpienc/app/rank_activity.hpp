#pragma once

#include <map>
#include <set>

namespace mpienc::app {

/// Which rank has which chunks now, by what rank 0 is told. Reports of two ranks may come in any order: what
/// a release ends is ended.
class RankActivity {
 public:
  struct Rank {
    std::set<int> running, held;  ///< begun; waiting for a lane, or on their way
    int losses = 0;               ///< chunks that others took over from it
    bool begun = false;           ///< it was given a chunk once
  };

  void assigned(int chunk, int rank);
  void started(int chunk, int rank);
  void moved(int chunk, int victim, int thief);
  /// It has nothing more to do with the chunk.
  void dropped(int chunk, int rank);
  void released(int chunk);
  void lost(int rank);

  [[nodiscard]] Rank of(int rank) const;

 private:
  std::map<int, Rank> ranks_;
};

}  // namespace mpienc::app
