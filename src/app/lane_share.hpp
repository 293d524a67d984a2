#pragma once

#include <vector>

namespace mpienc::app {

/// Gives every processor to one of the ranks whose mask holds it, such that no rank could have more without
/// another having less than it. Returns how many each rank has; 0 is possible. Ties go to the earlier rank.
[[nodiscard]] std::vector<int> share_processors(const std::vector<std::vector<int>>& masks);

}  // namespace mpienc::app
