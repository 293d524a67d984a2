#pragma once

#include <chrono>
#include <functional>
#include <stop_token>

#include <sys/types.h>

#include "isolated_files.hpp"

namespace mpienc::encode {

/// A child that runs this program once more and has its two files. Killed and waited for in the end.
class IsolatedProcess {
 public:
  /// Error(internal) where no process can be started. The calling thread must outlive it: the child dies with
  /// it.
  IsolatedProcess(int input, int output);
  ~IsolatedProcess();
  IsolatedProcess(const IsolatedProcess&) = delete;
  IsolatedProcess& operator=(const IsolatedProcess&) = delete;

  /// Sleeps until the child has ended, which a stop request brings about at once; `look` is called now and
  /// then.
  void wait(const std::stop_token& stop, const std::function<void()>& look);
  /// After wait(), as of waitpid().
  [[nodiscard]] int status() const { return status_; }
  /// CPU time of all its threads, in seconds.
  [[nodiscard]] double cpu_seconds() const { return cpu_seconds_; }

 private:
  void reap();

  pid_t pid_ = -1;
  OwnedFile handle_;
  bool running_ = true;
  int status_ = 0;
  double cpu_seconds_ = 0;
};

}  // namespace mpienc::encode
