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
  summary.skipped_frames = counts.skipped_frames;
  summary.damaged_frames = counts.damaged_frames;
  summary.decode_errors = counts.decode_errors;
  summary.ranks = counts.ranks;
}

void add_audio(report::Summary& summary, const AudioThread& track) {
  const auto rate = track.stream().parameters->sample_rate;
  summary.decode_errors += track.counts().decode_errors;
  if (rate > 0) summary.silence_seconds += static_cast<double>(track.counts().samples_silence) / rate;
}

}  // namespace

report::Summary summarise(const Options& options, const JobCounts& counts, const input::Program& program,
                          const ReaderThread& reader, const output::VideoJoiner* joiner,
                          const std::vector<std::unique_ptr<AudioThread>>& audio, double wall_seconds,
                          std::int64_t bytes_out) {
  report::Summary summary;
  summary.output = options.output.string();
  summary.bytes_in = program.bytes();
  summary.bytes_out = bytes_out;
  summary.programme_seconds = counts.seconds > 0 ? counts.seconds : program.seconds();
  summary.wall_seconds = wall_seconds;
  summary.timeline_mends = program.timeline_mends();
  add_counts(summary, counts);
  summary.damaged_frames += reader.damaged_frames();
  summary.decode_errors += reader.decode_errors();
  if (joiner != nullptr) {
    summary.frames_out = joiner->counts().frames;
    summary.seam_mismatches = joiner->counts().seam_mismatches;
    summary.schedule = sched::name_of(options.schedule);
  }
  for (const auto& track : audio) add_audio(summary, *track);
  return summary;
}

}  // namespace mpienc::app
