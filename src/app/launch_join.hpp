#pragma once

#include <string>

#include "launch_process.hpp"
#include "mpienc/app/launch.hpp"

namespace mpienc::app {

/// Starts ranks that join the job of LaunchOptions::join and waits for their end; signals end them. Restarts
/// nothing. The status of the first rank that failed. Throws Error where the file is none, cluster where
/// mpirun cannot be started.
[[nodiscard]] ExitStatus run_launch_join(const LaunchOptions& options, MpiKind kind,
                                         const std::string& program, EnvironmentVariables variables);

}  // namespace mpienc::app
