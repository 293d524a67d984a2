#include "mpienc/app/suspects.hpp"

#include <algorithm>

namespace mpienc::app {

namespace {

constexpr std::size_t most_strikes = 2;

}  // namespace

void Suspects::dropped(int chunk, int rank) {
  if (const auto found = held_.find(chunk); found != held_.end()) found->second.erase(rank);
}

void Suspects::finished(int chunk) {
  held_.erase(chunk);
  strikes_.erase(chunk);
}

void Suspects::failed(int chunk, int rank, const std::string& what) {
  dropped(chunk, rank);
  strikes_[chunk].push_back({rank, what});
}

Suspects::Loss Suspects::rank_lost(int rank) {
  Loss loss;
  for (auto& [chunk, ranks] : held_) {
    const auto found = ranks.find(rank);
    if (found == ranks.end()) continue;
    loss.held.push_back(chunk);
    if (found->second.begun && !found->second.apart) {
      loss.running.push_back(chunk);
      strikes_[chunk].push_back({rank, {}});
    }
    ranks.erase(found);
  }
  return loss;
}

void Suspects::left(int rank) {
  for (auto& [chunk, ranks] : held_) ranks.erase(rank);
}

bool Suspects::bad(int chunk) const {
  const auto& all = strikes(chunk);
  const bool codec = std::ranges::any_of(all, [](const Strike& strike) { return !strike.lost(); });
  return codec && all.size() >= most_strikes;
}

const std::vector<Suspects::Strike>& Suspects::strikes(int chunk) const {
  static const std::vector<Strike> none;
  const auto found = strikes_.find(chunk);
  return found == strikes_.end() ? none : found->second;
}

}  // namespace mpienc::app
