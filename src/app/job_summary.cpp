#include "mpienc/app/job_summary.hpp"

#include "mpienc/core/cpu_clock.hpp"

namespace mpienc::app {

namespace {

void add_counts(report::Summary& summary, const JobCounts& counts) {
  summary.frames_in = counts.frames;
  summary.frames_out = counts.frames;
  summary.cpu_seconds = process_cpu_seconds();
  for (const auto& rank : counts.ranks) {
    if (rank.rank > 0) summary.cpu_seconds += rank.encode_cpu_seconds;
  }
  summary.chunks = counts.chunks;
  summary.steals = counts.steals;
  summary.copies = counts.copies;
  summary.restored = counts.restored;
  summary.copied_chunks = counts.copied_chunks;
  summary.skipped_chunks = counts.skipped_chunks;
  summary.silent_chunks = counts.silent_chunks;
  summary.skipped_frames = counts.skipped_frames;
  summary.damaged_frames = counts.damaged_frames;
  summary.decode_errors = counts.decode_errors;
  summary.ranks = counts.ranks;
  std::erase_if(summary.ranks, [](const auto& rank) { return rank.joined > 0 && rank.lanes == 0; });
}

}  // namespace

report::Summary summarise(const Options& options, const JobCounts& counts, const Conversion& conversion,
                          double wall_seconds, std::int64_t bytes_out) {
  report::Summary summary;
  summary.output = options.output.string();
  summary.bytes_out = bytes_out;
  summary.programme_seconds = counts.seconds;
  summary.wall_seconds = wall_seconds;
  summary.sample_rate = conversion.sample_rate();
  if (counts.chunks > 0) summary.schedule = sched::name_of(options.schedule);
  add_counts(summary, counts);
  conversion.describe(summary);
  return summary;
}

}  // namespace mpienc::app
