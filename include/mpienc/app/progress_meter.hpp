#pragma once

#include <cstdint>
#include <map>
#include <optional>

#include "mpienc/app/job_log.hpp"
#include "mpienc/report/progress.hpp"
#include "mpienc/sched/scheduler.hpp"

namespace mpienc::app {

/// Makes snapshots of a job that also count what its lanes have begun and not finished.
class ProgressMeter {
 public:
  /// Frames that the rank has encoded so far, those of unfinished chunks included.
  void heard(int rank, std::int64_t frames) { frames_of_rank_[rank] = frames; }
  /// As heard; 0 where nothing was.
  [[nodiscard]] std::int64_t frames(int rank) const;
  /// `total_seconds`: of the programme, where it can be estimated. `seconds_beside`: encoded, but not in
  /// chunks.
  [[nodiscard]] report::Snapshot snapshot(const JobLog& log, const sched::Scheduler& scheduler,
                                          std::optional<double> total_seconds, double seconds_beside,
                                          double now) const;

 private:
  std::map<int, std::int64_t> frames_of_rank_;
};

}  // namespace mpienc::app
