#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "mpienc/app/chunk_reader.hpp"
#include "mpienc/app/rank_activity.hpp"
#include "mpienc/app/replacement.hpp"
#include "mpienc/app/team.hpp"
#include "mpienc/plan/chunk_result.hpp"
#include "mpienc/report/progress.hpp"
#include "mpienc/store/run_record.hpp"

namespace mpienc::app {

struct JobCounts {
  std::int64_t frames = 0;  ///< or samples, of a recording
  std::int64_t damaged_frames = 0, decode_errors = 0;
  int chunks = 0;
  int steals = 0, copies = 0;
  int copied_chunks = 0;   ///< that could not be encoded: the source's packets went through
  int skipped_chunks = 0;  ///< that could not be encoded: nothing came in their place
  std::int64_t skipped_frames = 0;
  int silent_chunks = 0;        ///< of audio, that could not be encoded
  int restored = 0;             ///< chunks that an earlier run had encoded
  double seconds = 0;           ///< of the programme
  double encoding_seconds = 0;  ///< until the last release
  std::vector<report::RankSummary> ranks;
};

/// What happened to every chunk, for the summary and, where there is one, the run record. Times are seconds
/// since the job began; a chunk is forgotten once released.
class JobLog {
 public:
  /// `record` may be null; it outlives the log.
  JobLog(const Team& team, store::RunRecordWriter* record);

  void planned(const PlannedChunk& chunk, double now);
  void assigned(int chunk, int rank, bool copy, double now);
  void started(int chunk, int rank, int lane, double queued_seconds, double now);
  /// The result that counts.
  void finished(const ChunkResult& result, int rank, double now);
  void released(int chunk, double now);
  void steal_asked(int chunk, int victim, int thief, double now);
  void steal_answered(int chunk, int victim, int thief, bool moved, double now);
  void cancelled(int chunk, int rank, double now);
  void warned(double now);
  /// The result was in the journal.
  void restored(const ChunkResult& result, double now);
  void lost(int rank, double now);
  /// The next rank is there; it takes part once it has joined().
  void announced(int rank, double now);
  void joined(int rank, const Team& team, double now);
  /// It gets no chunks any more, and later has left.
  void drained(int rank, double now);
  void left(int rank, double now);
  /// The codec failed on it.
  void failed(int chunk, int rank, double now);
  /// It is bad, and this comes in its place.
  void replaced(const Replacement& replacement, double now);

  /// Who has what now.
  [[nodiscard]] const RankActivity& activity() const { return activity_; }
  [[nodiscard]] const JobCounts& counts() const { return counts_; }
  [[nodiscard]] const Chunk& chunk(int number) const { return open_.at(number).chunk; }
  [[nodiscard]] bool knows(int number) const { return open_.contains(number); }
  [[nodiscard]] bool is_audio(int number) const { return open_.at(number).audio; }
  /// Programme seconds of all finished chunks, and their payload.
  [[nodiscard]] double finished_seconds() const { return finished_seconds_; }
  [[nodiscard]] std::int64_t finished_bytes() const { return finished_bytes_; }
  [[nodiscard]] std::int64_t planned_bytes() const { return planned_bytes_; }
  [[nodiscard]] double lane_seconds() const { return lane_seconds_; }

 private:
  struct Run {
    int lane = 0;
    double queued = 0, assigned = 0, started = 0;
  };
  struct Open {
    Chunk chunk;
    store::ChunkRow row;
    std::map<int, Run> runs;  ///< by rank
    bool audio = false;
    bool beside = false;  ///< encode::Mp3PcmTask::beside
  };
  void count(const ChunkResult& result, const Open& open);
  void event(const char* kind, double now, int chunk, int rank = -1, int other = -1);
  report::RankSummary& of(int rank) { return counts_.ranks[static_cast<std::size_t>(rank)]; }

  store::RunRecordWriter* record_;
  std::map<int, Open> open_;
  JobCounts counts_;
  RankActivity activity_;
  double finished_seconds_ = 0, lane_seconds_ = 0;
  std::int64_t planned_bytes_ = 0, finished_bytes_ = 0;
};

}  // namespace mpienc::app
