#pragma once

#include <string>

#include "mpienc/report/job_status.hpp"

namespace mpienc::view {

/// Seconds without a new status file after which a job counts as silent: it was killed, or it hangs.
inline constexpr double longest_silence = 10;

/// A job as its status file told of it last.
struct WatchedJob {
  std::string file;  ///< its status file, which tells jobs apart
  std::string name;  ///< short, for a column; any bytes
  report::JobStatus status;
  double silence = 0;  ///< seconds since the file was written
  bool ended = false;  ///< the file is gone

  [[nodiscard]] bool silent() const { return !ended && silence >= longest_silence; }
};

}  // namespace mpienc::view
