#include "mpienc/sched/policy.hpp"

#include <algorithm>

namespace mpienc::sched {

std::optional<Strategy> strategy_named(std::string_view name) {
  const auto& names = strategy_names();
  const auto it = std::ranges::find(names, name);
  if (it == names.end()) {
    return std::nullopt;
  }
  return static_cast<Strategy>(it - names.begin());
}

std::string_view name_of(Strategy strategy) { return strategy_names()[static_cast<std::size_t>(strategy)]; }

const std::vector<std::string_view>& strategy_names() {
  static const std::vector<std::string_view> names{"dynamic", "static", "guided", "steal"};
  return names;
}

Policy policy_of(Strategy strategy) {
  if (strategy == Strategy::steal) {
    return {};
  }
  return {.strategy = strategy, .credits = 0, .copies = false};
}

}  // namespace mpienc::sched
