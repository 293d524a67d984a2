#pragma once

#include <atomic>
#include <functional>
#include <thread>

namespace mpienc::app {

/// Turns INT, TERM, HUP, USR1 and USR2 (schedulers' early warnings) into a flag and a call of `wake`; a second one ends
/// the process at once. Make it before any other thread, so that all threads inherit the blocked signals.
class StopSignal {
 public:
  explicit StopSignal(std::function<void()> wake);
  [[nodiscard]] bool received() const { return received_; }

 private:
  std::function<void()> wake_;
  std::atomic<bool> received_ = false;
  std::jthread thread_;
};

}  // namespace mpienc::app
