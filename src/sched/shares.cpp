#include "shares.hpp"

namespace mpienc::sched {

void Shares::join(int rank, int lanes) {
  if (lanes == 0) {
    return;
  }
  lanes_[rank] = lanes;
  if (fixed_) {
    const double level = levels_.empty() ? 0 : levels_.begin()->first;
    set(rank, lanes, level * lanes);
  } else {
    unmeasured_.insert(rank);
  }
}

void Shares::lose(int rank) {
  lanes_.erase(rank);
  unmeasured_.erase(rank);
  if (const auto it = shares_.find(rank); it != shares_.end()) {
    levels_.erase({it->second.level(), rank});
    capacities_.erase(capacities_.find(it->second.capacity));
    shares_.erase(it);
  }
}

void Shares::set(int rank, double capacity, double given) {
  const auto it = shares_.emplace(rank, Share{capacity, given}).first;
  levels_.emplace(it->second.level(), rank);
  capacities_.insert(capacity);
}

std::optional<int> Shares::best(double cost) const {
  if (levels_.empty()) {
    return std::nullopt;
  }
  const double at_least = cost / *capacities_.rbegin();
  std::optional<std::pair<double, int>> best;
  for (const auto& [level, rank] : levels_) {
    if (best && level + at_least > best->first * (1 + 1e-12)) break;
    const Share& share = shares_.at(rank);
    const std::pair candidate{(share.given + cost) / share.capacity, rank};
    if (!best || candidate < *best) best = candidate;
  }
  return best->second;
}

void Shares::give(int rank, double cost) {
  Share& share = shares_.at(rank);
  levels_.erase({share.level(), rank});
  share.given += cost;
  levels_.emplace(share.level(), rank);
}

}  // namespace mpienc::sched
