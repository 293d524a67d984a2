#pragma once

#include <condition_variable>
#include <filesystem>
#include <memory>
#include <mutex>
#include <thread>

#include "mpienc/app/stop_signal.hpp"
#include "mpienc/core/log.hpp"
#include "mpienc/report/job_status.hpp"

namespace mpienc::app {

/// Writes what a job tells of itself once a second, in a thread of its own, so that a slow folder holds up
/// nobody. Where it cannot, or where another's file has the name, one warning says so.
class StatusKeeper {
 public:
  /// Both outlive it. As the signal's last act the file goes.
  StatusKeeper(std::filesystem::path file, StopSignal& signal, Logger& logger);
  /// As end(false), and waits.
  ~StatusKeeper();
  StatusKeeper(const StatusKeeper&) = delete;
  StatusKeeper& operator=(const StatusKeeper&) = delete;

  /// From now on this is written, with the instant at which it is. Returns at once.
  void tell(report::JobStatus status);
  /// Nothing is written any more, and the file goes unless it is to `stay`. Waits at most 0.2 s for a slow
  /// folder.
  void end(bool stay);

 private:
  void keep();
  bool claim();
  void write(const report::JobStatus& status);
  void remove();
  void warn(const char* why);

  const std::filesystem::path file_, half_;
  Logger& logger_;
  std::mutex mutex_;
  std::condition_variable condition_;
  std::shared_ptr<const report::JobStatus> newest_;
  bool ended_ = false, stays_ = false, gone_ = false;
  bool warned_ = false;
  std::mutex naming_;                      ///< held while the file gets its name or loses it
  bool foreign_ = true, written_ = false;  ///< the name is another's, or not yet looked at; the file is there
  bool name_is_taken_ = false;             ///< no file gets it any more
  std::thread thread_;
  StopSignal::LastAct last_act_;
};

}  // namespace mpienc::app
