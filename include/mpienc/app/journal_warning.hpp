#pragma once

#include <string>

#include "mpienc/app/job_log.hpp"
#include "mpienc/app/result_shelf.hpp"
#include "mpienc/core/log.hpp"

namespace mpienc::app {

/// Says once why the journal takes no more.
class JournalWarning {
 public:
  /// All outlive it.
  JournalWarning(ResultShelf& shelf, JobLog& log, Logger& logger)
      : shelf_(shelf), log_(log), logger_(logger) {}
  /// To be called often; `now` in seconds of the job.
  void look(double now);

 private:
  ResultShelf& shelf_;
  JobLog& log_;
  Logger& logger_;
  std::string failure_;  ///< not yet told
  double failed_at_ = 0;
};

}  // namespace mpienc::app
