#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <optional>
#include <vector>

#include "mpienc/app/lane_pool.hpp"
#include "mpienc/app/output_thread.hpp"
#include "mpienc/app/reader_thread.hpp"
#include "mpienc/app/stop_signal.hpp"
#include "mpienc/app/team.hpp"
#include "mpienc/net/transport.hpp"
#include "mpienc/net/wakeup.hpp"
#include "mpienc/output/video_join.hpp"
#include "mpienc/report/progress_display.hpp"
#include "mpienc/sched/scheduler.hpp"

namespace mpienc::app {

/// What the coordinator drives; all outlive it. `lanes` and `joiner` are null without video to encode.
struct CoordinatorParts {
  net::Transport& transport;
  net::Wakeup& wakeup;
  const StopSignal& signal;
  const Team& team;
  ReaderThread& reader;
  std::vector<std::unique_ptr<AudioThread>>& audio;
  OutputThread& output;
  LanePool* lanes = nullptr;
  output::VideoJoiner* joiner = nullptr;
  int video_track = 0;
  report::ProgressDisplay& progress;
};

struct JobCounts {
  std::int64_t frames = 0;
  std::int64_t damaged_frames = 0, decode_errors = 0;
  int chunks = 0;
  double seconds = 0;
  std::vector<report::RankSummary> ranks;
};

/// Rank 0's event loop: chunks from the reader to the ranks as the scheduler says, results in plan order
/// to the output. The first error of any lane, rank or thread ends it as an exception.
class Coordinator {
 public:
  explicit Coordinator(const CoordinatorParts& parts);
  /// Until all is encoded and handed to the output.
  JobCounts run();

 private:
  struct Pending {
    Chunk chunk;
    std::vector<PacketTime> times;
    TaskPayload payload;
    std::optional<EncodedChunk> result;
  };

  bool take_messages();
  bool take_chunk();
  bool take_results();
  void carry_out_commands();
  void assign(int chunk, int rank);
  void release(int chunk);
  void finished(int chunk, int rank, EncodedChunk result);
  [[noreturn]] void fail(int chunk, int rank, const Failure& failure) const;
  void check_threads() const;
  void check_ranks() const;
  void show_progress();
  [[nodiscard]] bool has_room() const;
  [[nodiscard]] bool all_done() const;

  CoordinatorParts parts_;
  sched::Scheduler scheduler_;
  std::map<int, Pending> pending_;
  std::int64_t payload_bytes_ = 0;
  int unfinished_ = 0;
  int capacity_ = 0;
  bool plan_complete_ = false;
  double finished_seconds_ = 0;
  std::map<int, std::int64_t> frames_of_rank_;
  std::map<int, std::chrono::steady_clock::time_point> heard_;
  JobCounts counts_;
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

}  // namespace mpienc::app
