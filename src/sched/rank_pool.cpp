#include "mpienc/sched/rank_pool.hpp"

#include <fmt/format.h>

#include "mpienc/core/error.hpp"

namespace mpienc::sched {

void RankPool::join(int rank, int lanes) {
  if (lanes < 0) {
    throw Error(ExitStatus::internal, fmt::format("rank {} joined with {} lanes", rank, lanes));
  }
  const auto [it, inserted] = ranks_.try_emplace(rank, Rank{lanes, {}});
  if (!inserted) {
    throw Error(ExitStatus::internal, fmt::format("rank {} joined twice", rank));
  }
  enter(it);
}

RankPool::Chunks RankPool::lose(int rank) {
  const auto it = ranks_.find(rank);
  if (it == ranks_.end()) {
    return {};
  }
  leave(it);
  Chunks held = std::move(it->second.held);
  ranks_.erase(it);
  return held;
}

void RankPool::give(int rank, int chunk) {
  const auto it = ranks_.find(rank);
  if (it == ranks_.end() || it->second.held.contains(chunk)) {
    throw Error(ExitStatus::internal, fmt::format("chunk {} cannot be given to rank {}", chunk, rank));
  }
  leave(it);
  it->second.held.insert(chunk);
  enter(it);
}

bool RankPool::take_back(int rank, int chunk) {
  const auto it = ranks_.find(rank);
  if (it == ranks_.end() || !it->second.held.contains(chunk)) {
    return false;
  }
  leave(it);
  it->second.held.erase(chunk);
  enter(it);
  return true;
}

std::optional<int> RankPool::least_loaded(int credits) const {
  if (by_excess_.empty() || by_excess_.begin()->first >= credits) {
    return std::nullopt;
  }
  return by_excess_.begin()->second;
}

void RankPool::enter(Ranks::const_iterator it) {
  const auto& [rank, state] = *it;
  lanes_ += state.lanes;
  busy_lanes_ += state.busy();
  if (state.lanes > 0) {
    by_excess_.emplace(state.excess(), rank);
  }
}

void RankPool::leave(Ranks::const_iterator it) {
  const auto& [rank, state] = *it;
  lanes_ -= state.lanes;
  busy_lanes_ -= state.busy();
  by_excess_.erase({state.excess(), rank});
}

}  // namespace mpienc::sched
