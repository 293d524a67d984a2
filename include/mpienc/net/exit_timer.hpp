#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>

namespace mpienc::net {

/// Ends the process by _exit(status) unless destroyed within `limit`: for calls that may never return.
class ExitTimer {
 public:
  ExitTimer(std::chrono::milliseconds limit, int status);
  ~ExitTimer();
  ExitTimer(const ExitTimer&) = delete;
  ExitTimer& operator=(const ExitTimer&) = delete;

 private:
  std::mutex mutex_;
  std::condition_variable condition_;
  bool disarmed_ = false;
  std::thread thread_;
};

}  // namespace mpienc::net
