#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "launch_process.hpp"
#include "mpienc/app/marker.hpp"

namespace mpienc::app {

/// Whether launch was asked to stop, over all attempts.
struct StopRequests {
  bool stopped = false;
  bool at_once = false;
  std::chrono::steady_clock::time_point stopped_at;
  /// When mpirun gets its TERM, should it still be there.
  std::optional<std::chrono::steady_clock::time_point> term_due;
};

/// How an attempt ended.
struct AttemptEnd {
  Marker marker;
  std::string mpirun;  ///< "status 1", "signal 9", or "hung" where launch had to end it
  bool rank_died_in_start = false;
};

/// "MPIENC_JOB=..." with a value of its own, for the environment of a job's processes.
[[nodiscard]] std::string fresh_job_mark();

/// Runs the command once, passes signals on, and returns when nothing of it is left on this host. mpirun
/// is ended where the job has not begun within `start_limit` or a rank of this host has died before that,
/// where rank 0 is silent for 40 s, and where mpirun outlives the job's end for long. `mpirun_ended` is
/// called before what it has left is ended. Throws Error(cluster) where the command cannot be started.
[[nodiscard]] AttemptEnd run_attempt(const std::vector<std::string>& command,
                                     EnvironmentVariables environment, const std::filesystem::path& marker,
                                     const std::filesystem::path& output,
                                     std::optional<std::chrono::seconds> start_limit,
                                     const LaunchSignals& signals, StopRequests& requests,
                                     const std::function<void()>& mpirun_ended = nullptr);

}  // namespace mpienc::app
