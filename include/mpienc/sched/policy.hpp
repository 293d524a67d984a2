#pragma once

#include <optional>
#include <string_view>
#include <vector>

namespace mpienc::sched {

/// Who gets the next chunk, in OpenMP's words where it has one.
enum class Strategy {
  on_demand,  ///< "dynamic": a free lane gets one chunk, nothing is held beyond the lanes
  shares,     ///< "static": on demand until every rank's speed is measured, then each gets its share
  guided,     ///< a rank with a free lane gets a batch, smaller as less is left
  steal,      ///< ranks hold chunks beyond their lanes and idle ranks take them; the default
};

/// What the scheduler may do; a small value.
struct Policy {
  Strategy strategy = Strategy::steal;
  int credits = 2;              ///< chunks a rank may hold beyond its lanes (steal only)
  double credit_seconds = 0.5;  ///< how long before a lane is expected to be free for it a rank gets a credit
  bool copies = true;           ///< second copies of running chunks on idle lanes (steal only)
};

/// The strategy that --schedule calls so: dynamic, static, guided or steal.
[[nodiscard]] std::optional<Strategy> strategy_named(std::string_view name);
[[nodiscard]] std::string_view name_of(Strategy strategy);
[[nodiscard]] const std::vector<std::string_view>& strategy_names();

/// The policy of each strategy as users get it: no credits and no copies but for steal.
[[nodiscard]] Policy policy_of(Strategy strategy);

}  // namespace mpienc::sched
