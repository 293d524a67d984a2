#pragma once

#include <set>
#include <string>
#include <vector>

#include "launch_attempt.hpp"
#include "mpienc/app/launch.hpp"

namespace mpienc::app {

/// Those of the hosts on which this mpirun cannot run this program within 20 s, several being asked at a
/// time. Empty where launch is asked to stop meanwhile.
[[nodiscard]] std::set<std::string> hosts_that_do_not_answer(const std::set<std::string>& names,
                                                             const LaunchOptions& options, MpiKind kind,
                                                             const std::string& program,
                                                             const EnvironmentVariables& variables,
                                                             const LaunchSignals& signals,
                                                             StopRequests& requests);

}  // namespace mpienc::app
