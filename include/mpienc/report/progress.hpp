#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace mpienc::report {

/// How far a job is; times in seconds since it began.
struct Snapshot {
  double elapsed = 0;
  std::optional<double> fraction;  ///< of the programme released to the output, 0 to 1
  double programme_seconds = 0;    ///< released to the output
  std::int64_t frames = 0;         ///< encoded
  std::int32_t sample_rate = 0;    ///< of a recording, whose frames are samples; else 0
  int ranks = 1;
  int lanes = 1;
  int busy_lanes = 0;
};

struct RankSummary {
  int rank = 0;
  std::string host;
  int lanes = 0;
  std::int64_t frames = 0;
  int chunks = 0;
  double encode_cpu_seconds = 0;
  double busy_seconds = 0;                    ///< wall time of its lanes spent encoding, summed
  int steals = 0;                             ///< chunks that it took over from other ranks
  int copies = 0;                             ///< second copies that it was given
  bool lost = false;                          ///< fell silent while the job ran
  bool draining = false;                      ///< gets nothing new
  double joined = 0;                          ///< seconds after the job's begin
  std::optional<double> left = std::nullopt;  ///< before its end

  /// How long it was there, of a job of `wall` seconds.
  [[nodiscard]] double present(double wall) const { return left.value_or(wall) - joined; }
};

struct Summary {
  std::int32_t sample_rate = 0;  ///< of a recording, whose frames, of ranks as well, are samples; else 0
  std::int64_t frames_in = 0, frames_out = 0;
  std::int64_t bytes_in = 0, bytes_out = 0;
  double programme_seconds = 0, wall_seconds = 0, cpu_seconds = 0;
  int chunks = 0;
  std::string schedule;
  int steals = 0, copies = 0;
  int copied_chunks = 0;   ///< that the codec crashed on: from the source, unencoded
  int skipped_chunks = 0;  ///< that the codec crashed on: left out
  std::int64_t skipped_frames = 0;
  int silent_chunks = 0;  ///< of audio, that could not be encoded
  int restored = 0;       ///< chunks that an earlier run had encoded
  std::int64_t damaged_frames = 0, decode_errors = 0, seam_mismatches = 0;
  int timeline_mends = 0;
  double silence_seconds = 0;
  bool shared_input = false;  ///< each rank has read its own ranges of it
  std::vector<RankSummary> ranks;
  std::string output;
};

/// Until all is encoded, at the pace so far; nothing where the fraction is not known.
[[nodiscard]] std::optional<double> remaining_seconds(const Snapshot& snapshot);
/// One line for the terminal, at most `columns` wide.
[[nodiscard]] std::string progress_line(const Snapshot& snapshot, int columns);
/// The block printed at the end; efficiency = encoding time / (wall time * lanes).
[[nodiscard]] std::string summary_text(const Summary& summary);

}  // namespace mpienc::report
