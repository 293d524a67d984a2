#include "mpienc/app/rank_activity.hpp"

namespace mpienc::app {

void RankActivity::assigned(int chunk, int rank) {
  auto& own = ranks_[rank];
  own.begun = true;
  own.running.erase(chunk);
  own.held.insert(chunk);
}

void RankActivity::started(int chunk, int rank) {
  auto& own = ranks_[rank];
  own.begun = true;
  own.held.erase(chunk);
  own.running.insert(chunk);
}

void RankActivity::moved(int chunk, int victim, int thief) {
  dropped(chunk, victim);
  ++ranks_[victim].losses;
  auto& own = ranks_[thief];
  own.begun = true;
  if (!own.running.contains(chunk)) own.held.insert(chunk);
}

void RankActivity::dropped(int chunk, int rank) {
  auto& own = ranks_[rank];
  own.running.erase(chunk);
  own.held.erase(chunk);
}

void RankActivity::released(int chunk) {
  for (auto& [rank, own] : ranks_) {
    own.running.erase(chunk);
    own.held.erase(chunk);
  }
}

void RankActivity::lost(int rank) {
  auto& own = ranks_[rank];
  own.running.clear();
  own.held.clear();
}

RankActivity::Rank RankActivity::of(int rank) const {
  const auto found = ranks_.find(rank);
  return found == ranks_.end() ? Rank{} : found->second;
}

}  // namespace mpienc::app
