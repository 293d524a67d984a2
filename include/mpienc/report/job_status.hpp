#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mpienc::report {

enum class JobKind { film, recording, batch };
enum class JobState {
  starting,  ///< no lane has begun a chunk
  running,
  finishing,  ///< all is encoded: the output is brought to the disk and gets its name
};
enum class RankState {
  joined,  ///< is there and was given nothing yet
  idle,    ///< has nothing to encode at the moment
  working,
  draining,  ///< ends what it runs and gets nothing new
  left,      ///< has gone in an orderly way
  lost,      ///< fell silent
};

[[nodiscard]] std::string_view name_of(JobKind kind);
[[nodiscard]] std::string_view name_of(JobState state);
[[nodiscard]] std::string_view name_of(RankState state);

struct RankStatus {
  int rank = 0;
  std::string host;
  int lanes = 0;
  RankState state = RankState::joined;
  std::vector<int> running, held;  ///< chunks by number: begun, and waiting for a lane of it
  double speed = 0;                ///< in the job's unit, as of late
  int done = 0;                    ///< chunks whose result counted
  int steals = 0, losses = 0;  ///< chunks that it took over from other ranks, and that they took over from it

  friend bool operator==(const RankStatus&, const RankStatus&) = default;
};

/// What a status file tells of a running job (docs/status.md). Texts are bytes, not always UTF-8. Instants
/// are seconds since 1970, UTC; other times seconds.
struct JobStatus {
  std::string program;  ///< mpienc's version
  JobKind kind = JobKind::film;
  std::vector<std::string> inputs, command;
  std::string output;  ///< absolute; of a batch the folder
  std::int64_t pid = 0;
  std::string host;  ///< of rank 0, whose process id `pid` is
  double started = 0;
  int attempt = 1;     ///< above 1: mpienc launch has started the job again
  double updated = 0;  ///< when the file was written

  JobState state = JobState::starting;
  double elapsed = 0;
  std::optional<double> fraction;  ///< 0 to 1
  std::optional<double> eta;
  double media_done = 0;  ///< encoded
  std::optional<double> media_total;
  std::int64_t frames = 0;  ///< or samples of a recording, milliseconds of a batch
  double speed = 0;         ///< of all ranks, as of late
  bool in_frames = true;    ///< speeds are frames a second; else times realtime

  int planned = 0, released = 0;
  std::optional<int> total;  ///< chunks, once all are planned
  int journal = 0;           ///< chunks in the journal

  int steals = 0, copies = 0, lost_ranks = 0, warnings = 0;
  std::int64_t bytes_sent = 0;  ///< by rank 0 to the others
  std::vector<RankStatus> ranks;

  friend bool operator==(const JobStatus&, const JobStatus&) = default;
};

}  // namespace mpienc::report
