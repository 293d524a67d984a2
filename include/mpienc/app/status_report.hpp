#pragma once

#include <cstdint>
#include <map>
#include <optional>

#include "mpienc/app/job_log.hpp"
#include "mpienc/app/options.hpp"
#include "mpienc/app/progress_meter.hpp"
#include "mpienc/app/recent_rate.hpp"
#include "mpienc/app/status_keeper.hpp"
#include "mpienc/core/warning_count.hpp"
#include "mpienc/report/job_status.hpp"
#include "mpienc/report/progress.hpp"
#include "mpienc/sched/scheduler.hpp"

namespace mpienc::app {

/// What the status tells of the job as long as it runs.
[[nodiscard]] report::JobStatus describe_job(const Options& options);

/// The state of one rank for the status, by what the job's log says.
[[nodiscard]] report::RankStatus describe_rank(const report::RankSummary& summary,
                                               const RankActivity::Rank& activity);

/// Puts together, once a second, what the status file tells, on the event loop's thread.
class StatusReport {
 public:
  /// What the event loop knows beside the log.
  struct View {
    const report::Snapshot& snapshot;
    const sched::Scheduler& scheduler;
    const ProgressMeter& meter;
    std::optional<double> total_seconds;  ///< of the input
    bool plan_complete = false;
    int journalled = 0;  ///< chunks that the job has added to the journal
    std::int64_t bytes_sent = 0;
  };

  /// All outlive it. `journal`: chunks that it had at the start.
  StatusReport(const Options& options, const JobLog& log, int journal, const WarningCount& warnings,
               StatusKeeper& keeper);
  /// To be called often; time is Snapshot::elapsed.
  [[nodiscard]] bool due(double now) const { return now >= next_; }
  void take(const View& view);
  /// All is encoded.
  void finishing();

 private:
  void take_ranks(const View& view);

  const JobLog& log_;
  int journal_;
  const WarningCount& warnings_;
  StatusKeeper& keeper_;
  report::JobStatus status_;
  std::map<int, RecentRate> rates_;
  double next_ = 0;
};

}  // namespace mpienc::app
