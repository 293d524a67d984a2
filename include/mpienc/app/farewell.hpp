#pragma once

#include <atomic>
#include <exception>
#include <optional>
#include <set>

#include "mpienc/app/stop_signal.hpp"
#include "mpienc/core/error.hpp"
#include "mpienc/core/log.hpp"
#include "mpienc/net/exit_timer.hpp"
#include "mpienc/net/transport.hpp"
#include "mpienc/net/wakeup.hpp"

namespace mpienc::app {

/// How rank 0 takes leave, once: it tells the user why in one line, the marker how, and the other ranks to
/// go. At an early end it does so before any thread is waited for, as one may be stuck in a codec or a read:
/// MPI has ended then, and threads that do not end within 0.5 s are left behind by _exit().
class Farewell {
 public:
  /// All outlive it. As the signal's last act it tells the line and the marker.
  Farewell(net::Transport& transport, net::Wakeup& wakeup, StopSignal& signal, Logger& logger);

  /// Ranks that fell silent, which are neither told nor waited for.
  [[nodiscard]] std::set<int>& lost() { return lost_; }
  /// The job is complete.
  void take();
  /// The job ends early; all that it leaves on disk is in order. A second call does nothing.
  void take(const std::exception_ptr& why);
  [[nodiscard]] ExitStatus status() const { return status_; }

 private:
  void tell(const Error& why);
  void dismiss(std::chrono::milliseconds patience);

  net::Transport& transport_;
  net::Wakeup& wakeup_;
  Logger& logger_;
  std::set<int> lost_;
  ExitStatus status_ = ExitStatus::success;
  bool taken_ = false;
  std::atomic<bool> told_ = false;
  std::optional<net::ExitTimer> timer_;
  StopSignal::LastAct last_act_;
};

}  // namespace mpienc::app
