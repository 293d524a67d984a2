#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "launch_process.hpp"
#include "mpienc/app/marker.hpp"

namespace mpienc::app {

/// A private folder beside the output for the markers; removed with all that is in it.
class MarkerFolder {
 public:
  /// Throws Error(output) where it cannot be made.
  explicit MarkerFolder(const std::filesystem::path& output);
  ~MarkerFolder();
  MarkerFolder(const MarkerFolder&) = delete;
  MarkerFolder& operator=(const MarkerFolder&) = delete;

  /// One name per attempt: network file systems remember for a while that a file was not there.
  [[nodiscard]] std::filesystem::path marker(int attempt) const;

 private:
  std::filesystem::path folder_;
};

/// Whether launch was asked to stop, over all attempts.
struct StopRequests {
  bool stopped = false;
  bool at_once = false;
};

/// How an attempt ended.
struct AttemptEnd {
  Marker marker;
  std::string mpirun;  ///< "status 1" or "signal 9"
};

/// Runs the command once, passes signals on, and returns when nothing of it is left on this host. Throws
/// Error(cluster) where the command cannot be started.
[[nodiscard]] AttemptEnd run_attempt(const std::vector<std::string>& command,
                                     EnvironmentVariables environment, const std::filesystem::path& marker,
                                     const std::filesystem::path& output, const LaunchSignals& signals,
                                     StopRequests& requests);

}  // namespace mpienc::app
