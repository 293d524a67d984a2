#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "mpienc/app/processors.hpp"

namespace mpienc::app {

/// What a rank says of itself at the start.
struct RankPlace {
  int rank = 0;
  std::string host;
  Processors processors;
};

struct LanePlan {
  std::vector<int> lanes;             ///< in the order of the ranks given; each at least 1
  std::vector<std::string> warnings;  ///< at most one line per host
};

/// Shares out the processors of each host among its ranks, as evenly as their affinity masks allow: the
/// lanes of a host add up to the processors that its ranks may use, or to its CPU quota (rounded up), and
/// take at most 80 % of its available memory; but each rank has a lane. `lanes`, where given, is what each
/// rank gets instead, within memory. Pure. bytes_per_lane 0: memory is no limit.
[[nodiscard]] LanePlan plan_lanes(const std::vector<RankPlace>& ranks, std::optional<int> lanes,
                                  std::int64_t bytes_per_lane);

}  // namespace mpienc::app
