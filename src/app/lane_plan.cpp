#include "mpienc/app/lane_plan.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <set>

#include <fmt/format.h>

#include "lane_share.hpp"

namespace mpienc::app {
namespace {

std::string counted(std::int64_t number, const char* noun) {
  return fmt::format("{} {}{}", number, noun, number == 1 ? "" : "s");
}

/// A quota of 1.5 processors keeps two lanes busy.
int whole_processors(double quota) { return std::max(1, static_cast<int>(std::ceil(std::min(quota, 1e6)))); }

/// The ranks of one host and their lanes.
class HostPlan {
 public:
  explicit HostPlan(std::vector<const RankPlace*> ranks) : ranks_(std::move(ranks)) {
    for (const RankPlace* rank : ranks_) {
      const Processors& own = rank->processors;
      usable_.insert(own.allowed.begin(), own.allowed.end());
      online_ = std::max(online_, own.online);
      if (own.cpu_quota) quota_ = std::max(quota_.value_or(0), whole_processors(*own.cpu_quota));
      if (own.memory_available > 0) {
        memory_ = std::min(memory_.value_or(own.memory_available), own.memory_available);
      }
    }
  }

  void by_processors() {
    std::vector<std::vector<int>> masks;
    for (const RankPlace* rank : ranks_) masks.push_back(rank->processors.allowed);
    lanes_ = share_processors(masks);
    for (int& lanes : lanes_) lanes = std::max(lanes, 1);
    if (quota_) cap(*quota_);
    if (bound()) warn_of_binding();
  }

  void by_wish(int lanes) {
    lanes_.assign(ranks_.size(), lanes);
    const auto wanted = total();
    const int processors = std::min(static_cast<int>(usable_.size()), quota_.value_or(online_));
    if (wanted <= processors) return;
    warning_ = fmt::format("--lanes {} gives {} on {}, where {} may use {}{}", lanes, counted(wanted, "lane"),
                           host(), who(), counted(processors, "processor"),
                           bound() ? "; add --bind-to none to mpirun" : "");
  }

  void within_memory(std::int64_t bytes_per_lane) {
    if (!memory_ || bytes_per_lane <= 0) return;
    const auto wanted = total();
    const std::int64_t fit = *memory_ / 5 * 4 / bytes_per_lane;
    if (wanted <= fit) return;
    cap(fit);
    constexpr std::int64_t mib = 1 << 20;
    warning_ = fmt::format(
        "{} has {} MiB of memory available and a lane needs about {} MiB: {} instead of {}", host(),
        *memory_ / mib, (bytes_per_lane + mib - 1) / mib, counted(total(), "lane"), wanted);
  }

  [[nodiscard]] const std::vector<int>& lanes() const { return lanes_; }
  [[nodiscard]] const std::string& warning() const { return warning_; }

 private:
  /// Whether the ranks leave processors unused that the host and the quota would give them.
  [[nodiscard]] bool bound() const {
    return static_cast<int>(usable_.size()) < std::min(online_, quota_.value_or(online_));
  }

  void warn_of_binding() {
    warning_ = fmt::format("{} on {} {} bound to {} of its {}: {}; add --bind-to none to mpirun", who(),
                           host(), ranks_.size() == 1 ? "is" : "are", usable_.size(),
                           counted(online_, "processor"), counted(total(), "lane"));
  }

  void cap(std::int64_t most) {
    most = std::max(most, static_cast<std::int64_t>(ranks_.size()));
    for (auto over = total() - most; over > 0; --over) {
      const auto largest = std::max_element(lanes_.rbegin(), lanes_.rend());
      --*largest;
    }
  }

  [[nodiscard]] std::int64_t total() const {
    return std::accumulate(lanes_.begin(), lanes_.end(), std::int64_t{0});
  }
  [[nodiscard]] const std::string& host() const { return ranks_.front()->host; }
  [[nodiscard]] std::string who() const {
    return ranks_.size() == 1 ? fmt::format("rank {}", ranks_.front()->rank)
                              : counted(static_cast<std::int64_t>(ranks_.size()), "rank");
  }

  std::vector<const RankPlace*> ranks_;
  std::set<int> usable_;
  int online_ = 1;
  std::optional<int> quota_;
  std::optional<std::int64_t> memory_;
  std::vector<int> lanes_;
  std::string warning_;
};

}  // namespace

LanePlan plan_lanes(const std::vector<RankPlace>& ranks, std::optional<int> lanes,
                    std::int64_t bytes_per_lane) {
  std::map<std::string, std::vector<std::size_t>> hosts;
  for (std::size_t i = 0; i < ranks.size(); ++i) hosts[ranks[i].host].push_back(i);

  LanePlan plan;
  plan.lanes.resize(ranks.size());
  for (const auto& [host, indices] : hosts) {
    std::vector<const RankPlace*> places;
    for (const std::size_t i : indices) places.push_back(&ranks[i]);
    HostPlan on_host(std::move(places));
    lanes ? on_host.by_wish(*lanes) : on_host.by_processors();
    on_host.within_memory(bytes_per_lane);
    for (std::size_t i = 0; i < indices.size(); ++i) plan.lanes[indices[i]] = on_host.lanes()[i];
    if (!on_host.warning().empty()) plan.warnings.push_back(on_host.warning());
  }
  return plan;
}

}  // namespace mpienc::app
