#pragma once

#include <string>

#include "mpienc/app/job_log.hpp"
#include "mpienc/core/log.hpp"
#include "mpienc/net/transport.hpp"
#include "mpienc/sched/feed_monitor.hpp"

namespace mpienc::app {

/// The line that tells a user what holds the lanes back, which bandwidth would do, and what to try.
[[nodiscard]] std::string feed_warning_line(const sched::FeedWarning& warning);

/// Warns once where the lanes wait for the reader, and once where they wait for rank 0's link.
class FeedWatch {
 public:
  /// All outlive it; `own_lanes` are those of rank 0.
  FeedWatch(const net::Transport& transport, JobLog& log, Logger& logger, int own_lanes)
      : transport_(transport), log_(log), logger_(logger), own_lanes_(own_lanes) {}
  /// `all_talk`: what waits for a rank that may be gone does not wait for the link.
  void look(const sched::Scheduler& scheduler, bool all_talk, double now);

 private:
  const net::Transport& transport_;
  JobLog& log_;
  Logger& logger_;
  int own_lanes_;
  sched::FeedMonitor monitor_;
};

}  // namespace mpienc::app
