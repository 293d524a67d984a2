#pragma once

#include <string_view>
#include <vector>

#include "mpienc/app/simulate.hpp"

namespace mpienc::app {

/// The values of `mpienc simulate`'s options; each throws Error(usage) naming option, value and what is
/// allowed.

/// "1,2,4" or "1,2,...,64", where the dots go on doubling; rising.
[[nodiscard]] std::vector<int> lane_list(std::string_view text);
/// "fast:32,slow:8@0.3x4": lanes, speed, how many of them; each host by itself.
[[nodiscard]] std::vector<SimulatedHost> host_list(std::string_view text);
/// "10Gbit" or "1GB", per second; in bytes per second.
[[nodiscard]] double rate_value(std::string_view option, std::string_view text);
/// "50us", "1ms" or "0.1s"; in seconds.
[[nodiscard]] double time_value(std::string_view option, std::string_view text);
/// "1@60,2@90.5"
[[nodiscard]] std::vector<KilledRank> lost_list(std::string_view text);

}  // namespace mpienc::app
