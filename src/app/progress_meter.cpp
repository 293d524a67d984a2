#include "mpienc/app/progress_meter.hpp"

#include <algorithm>

namespace mpienc::app {

std::int64_t ProgressMeter::frames(int rank) const {
  const auto found = frames_of_rank_.find(rank);
  return found == frames_of_rank_.end() ? 0 : found->second;
}

report::Snapshot ProgressMeter::snapshot(const JobLog& log, const sched::Scheduler& scheduler,
                                         std::optional<double> total_seconds, double seconds_beside,
                                         double now) const {
  const auto& counts = log.counts();
  report::Snapshot snapshot;
  snapshot.elapsed = now;
  for (const auto& [rank, frames] : frames_of_rank_) {
    snapshot.frames += std::max(frames, counts.ranks[static_cast<std::size_t>(rank)].frames);
  }
  const double seconds = log.finished_seconds();
  const double rate = counts.frames > 0 && seconds > 0 ? static_cast<double>(counts.frames) / seconds : 0;
  const double in_work = rate > 0 ? static_cast<double>(snapshot.frames - counts.frames) / rate : 0;
  snapshot.programme_seconds = seconds_beside + seconds + std::max(0.0, in_work);
  if (total_seconds) snapshot.fraction = std::clamp(snapshot.programme_seconds / *total_seconds, 0.0, 1.0);
  snapshot.ranks = scheduler.ranks();
  snapshot.lanes = scheduler.lanes();
  snapshot.busy_lanes = scheduler.busy_lanes();
  return snapshot;
}

}  // namespace mpienc::app
