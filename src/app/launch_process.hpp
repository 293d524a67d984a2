#pragma once

#include <sys/types.h>

#include <chrono>
#include <csignal>
#include <optional>
#include <string>
#include <vector>

namespace mpienc::app {

using EnvironmentVariables = std::vector<std::string>;  ///< "NAME=value"

/// A process in a session of its own, which reads nothing. It is asked to end when this one dies.
class LaunchedProcess {
 public:
  enum class Output { shared, none };

  /// Throws Error(cluster) naming the program where it cannot be started. `environment` comes beside this
  /// process's own and before it.
  LaunchedProcess(const std::vector<std::string>& command, const EnvironmentVariables& environment,
                  Output output = Output::shared);
  ~LaunchedProcess();
  LaunchedProcess(const LaunchedProcess&) = delete;
  LaunchedProcess& operator=(const LaunchedProcess&) = delete;

  [[nodiscard]] pid_t pid() const { return pid_; }
  /// "status 1" or "signal 9" once it has ended.
  [[nodiscard]] std::optional<std::string> ending();
  void signal(int number) const;

 private:
  pid_t pid_ = -1;
  std::optional<std::string> ending_;
};

/// What a program prints, on both streams together. Throws Error(cluster) where it cannot be started.
[[nodiscard]] std::string output_of(const std::vector<std::string>& command,
                                    const EnvironmentVariables& environment);

/// Of what LaunchSignals::wait() returns: all but CHLD and 0.
[[nodiscard]] bool asks_to_stop(int number);

/// Keeps the signals that ask launch for something from acting by themselves, while it lives.
class LaunchSignals {
 public:
  LaunchSignals();
  ~LaunchSignals();
  LaunchSignals(const LaunchSignals&) = delete;
  LaunchSignals& operator=(const LaunchSignals&) = delete;

  /// The next signal, CHLD among them, or 0 when the time is over.
  [[nodiscard]] int wait(std::chrono::milliseconds limit) const;

 private:
  sigset_t watched_{}, before_{};
};

}  // namespace mpienc::app
