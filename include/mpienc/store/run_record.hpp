#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "mpienc/store/run_rows.hpp"

namespace mpienc::store {

/// What describes the whole job; options and versions as name and text, read back in the order of names.
struct JobInfo {
  std::vector<std::string> command_line;
  std::vector<std::pair<std::string, std::string>> options, versions;
  std::string schedule;
  std::int32_t credits = 0, window = 0, unfinished = 0;
  std::int64_t ahead_bytes = 0;
  std::int64_t pixels = 0;  ///< of one source frame
};

/// Known at the end.
struct JobTotals {
  double encoding_seconds = 0;  ///< wall, from the first chunk read to the last released
  double wall_seconds = 0;      ///< of the whole job
  double rank_zero_cpu = 0;     ///< CPU seconds of rank 0's process beside its lanes
  double audio_cpu = 0;         ///< the part of it that the busiest audio track took
  std::int64_t bytes_in = 0, bytes_out = 0, frames = 0, bytes_sent = 0;
};

/// Writes a run record (docs/run-record.md) while the job runs: opens in any HDF5 reader. Rows are flushed in
/// batches; `complete` becomes 1 only by complete(). Error(output) naming the file where it cannot be
/// written, from the call that finds out and from all later ones. Belongs to one thread.
class RunRecordWriter {
 public:
  /// Creates the file. An HDF5 or empty file is replaced, any other refused: it may be a film.
  RunRecordWriter(const std::filesystem::path& path, const JobInfo& info);
  /// Without complete() writes what has been added; never throws.
  ~RunRecordWriter();
  RunRecordWriter(const RunRecordWriter&) = delete;
  RunRecordWriter& operator=(const RunRecordWriter&) = delete;

  void add(const ChunkRow& row);
  void add(const EventRow& row);
  void complete(const std::vector<RankRow>& ranks, const JobTotals& totals);

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

struct RunRecord {
  JobInfo info;
  JobTotals totals;
  std::vector<RankRow> ranks;
  std::vector<ChunkRow> chunks;  ///< by chunk number, without gaps
};

/// Error(input) with one clear line for a file that is missing, no HDF5, no run record, of another version,
/// or of a job that did not finish.
[[nodiscard]] RunRecord read_run_record(const std::filesystem::path& path);

}  // namespace mpienc::store
