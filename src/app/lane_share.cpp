#include "lane_share.hpp"

#include <map>
#include <queue>

namespace mpienc::app {
namespace {

constexpr std::size_t none = static_cast<std::size_t>(-1);

class Share {
 public:
  explicit Share(const std::vector<std::vector<int>>& masks) : counts_(masks.size()) {
    std::map<int, std::size_t> known;
    for (std::size_t rank = 0; rank < masks.size(); ++rank) {
      for (const int processor : masks[rank]) {
        const auto [at, is_new] = known.try_emplace(processor, sharers_.size());
        if (is_new) sharers_.emplace_back();
        auto& sharers = sharers_[at->second];
        if (sharers.empty() || sharers.back() != rank) sharers.push_back(rank);
      }
    }
    owners_.assign(sharers_.size(), none);
    owned_.resize(masks.size());
  }

  std::vector<int> run() {
    for (std::size_t processor = 0; processor < sharers_.size(); ++processor) {
      std::size_t poorest = sharers_[processor].front();
      for (const std::size_t rank : sharers_[processor]) {
        if (counts_[rank] < counts_[poorest]) poorest = rank;
      }
      give(processor, poorest);
    }
    for (std::size_t rank = 0; rank < counts_.size();) {
      rank = improve(rank) ? 0 : rank + 1;
    }
    return counts_;
  }

 private:
  void give(std::size_t processor, std::size_t rank) {
    if (owners_[processor] != none) --counts_[owners_[processor]];
    owners_[processor] = rank;
    ++counts_[rank];
  }

  /// Looks for a chain of processors that may each move on to the next rank, from `rich` to a rank that
  /// has at least two fewer, and moves them.
  bool improve(std::size_t rich) {
    for (auto& owned : owned_) owned.clear();
    for (std::size_t processor = 0; processor < owners_.size(); ++processor) {
      owned_[owners_[processor]].push_back(processor);
    }
    std::vector<std::size_t> came_by(counts_.size(), none);
    std::vector<bool> seen(counts_.size());
    std::queue<std::size_t> next;
    seen[rich] = true;
    next.push(rich);
    while (!next.empty()) {
      const std::size_t rank = next.front();
      next.pop();
      if (counts_[rank] + 2 <= counts_[rich]) {
        move_along(rank, rich, came_by);
        return true;
      }
      for (const std::size_t processor : owned_[rank]) {
        for (const std::size_t other : sharers_[processor]) {
          if (seen[other]) continue;
          seen[other] = true;
          came_by[other] = processor;
          next.push(other);
        }
      }
    }
    return false;
  }

  void move_along(std::size_t poor, std::size_t rich, const std::vector<std::size_t>& came_by) {
    for (std::size_t rank = poor; rank != rich;) {
      const std::size_t processor = came_by[rank];
      const std::size_t from = owners_[processor];
      give(processor, rank);
      rank = from;
    }
  }

  std::vector<std::vector<std::size_t>> sharers_;  ///< ranks by processor
  std::vector<std::vector<std::size_t>> owned_;    ///< processors by rank
  std::vector<std::size_t> owners_;
  std::vector<int> counts_;
};

}  // namespace

std::vector<int> share_processors(const std::vector<std::vector<int>>& masks) { return Share(masks).run(); }

}  // namespace mpienc::app
