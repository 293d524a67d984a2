#pragma once

#include <chrono>
#include <future>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <vector>

#include "mpienc/app/attendance.hpp"
#include "mpienc/app/chunk_reader.hpp"
#include "mpienc/app/chunk_sink.hpp"
#include "mpienc/app/digest_relay.hpp"
#include "mpienc/app/dispatch.hpp"
#include "mpienc/app/drain_request.hpp"
#include "mpienc/app/feed_watch.hpp"
#include "mpienc/app/job_log.hpp"
#include "mpienc/app/journal_warning.hpp"
#include "mpienc/app/lane_pool.hpp"
#include "mpienc/app/leavers.hpp"
#include "mpienc/app/mishaps.hpp"
#include "mpienc/app/newcomers.hpp"
#include "mpienc/app/output_journals.hpp"
#include "mpienc/app/progress_meter.hpp"
#include "mpienc/app/result_shelf.hpp"
#include "mpienc/app/status_report.hpp"
#include "mpienc/app/stop_signal.hpp"
#include "mpienc/app/team.hpp"
#include "mpienc/net/transport.hpp"
#include "mpienc/net/wakeup.hpp"
#include "mpienc/report/progress_display.hpp"
#include "mpienc/sched/scheduler.hpp"

namespace mpienc::app {

/// What the coordinator drives; all outlive it. `lanes` are null where no chunks are encoded, `journal` where
/// the job as a whole has none, `journals` where its outputs have none, `digest` where the ranks take none,
/// `status` where nobody is told. The team grows where ranks join.
struct CoordinatorParts {
  net::Transport& transport;
  net::Wakeup& wakeup;
  StopSignal& signal;
  Team& team;
  std::set<int>& lost;  ///< ranks that fall silent
  ChunkReader& reader;
  ChunkSink& sink;
  LanePool* lanes = nullptr;
  store::Journal* journal = nullptr;
  const OutputJournals* journals = nullptr;
  DigestRelay* digest = nullptr;
  Bytes settings;                ///< serialised encode::Settings
  std::int32_t sample_rate = 0;  ///< of a recording, whose units are samples; else 0
  bool isolate = false;          ///< every chunk in a process of its own
  const Admission& admission;
  Leave leave;
  DrainInbox& drains;
  Mishaps& mishaps;
  sched::Limits limits;
  sched::Policy policy;
  JobLog& log;
  StatusReport* status = nullptr;
  report::ProgressDisplay& progress;
  Logger& logger;
};

/// Rank 0's event loop: chunks from the reader to the ranks as the scheduler says, results in plan order
/// to the output. The first error of any lane, rank or thread ends it as an exception.
class Coordinator {
 public:
  explicit Coordinator(const CoordinatorParts& parts);
  /// Until all is encoded and handed to the output.
  void run();
  /// After run(): gives the output its name, and keeps in touch with the ranks while the disk takes its time.
  /// Returns its bytes. Error(interrupted) where a signal comes before that.
  std::int64_t commit();
  /// Where the job ends early: brings results to the journal, at most for so long. False where one is still
  /// written.
  bool close_journal(std::optional<std::chrono::milliseconds> limit) { return shelf_.close(limit); }
  /// How many chunks the job has added to the journals; from any thread.
  [[nodiscard]] int journalled() const { return shelf_.stored(); }
  /// Of a lane of the rank, as learned; 1 is the mean.
  [[nodiscard]] double speed(int rank) const { return scheduler_.speed(rank); }

 private:
  bool take_messages();
  void take_message(const net::Incoming& incoming);
  bool take_lane_events();
  bool take_chunk();
  [[nodiscard]] JournalPlace journal_place(const PlannedChunk& planned) const;
  void carry_out_commands();
  void carry_out(const sched::Assign& command);
  void carry_out(const sched::Steal& command);
  void carry_out(const sched::Cancel& command);
  void carry_out(const sched::Release& command);
  void carry_out(const sched::Finished& command);
  void started(const LaneStarted& started, int rank);
  void finished(ChunkResult result, int rank);
  void repeat(int chunk, int rank);
  void steal_answered(int chunk, int victim, bool moved);
  void failed(int chunk, int rank, const Failure& failure);
  void replace(int chunk, int rank);
  void put(int chunk, int rank, Replacement replacement);
  void check_threads() const;
  void check_ranks();
  void require_lanes() const;
  void lose(int rank);
  void let_join();
  bool take_from_member(const net::Incoming& incoming);
  [[nodiscard]] bool sent_away(int chunk, int rank, const Failure& failure);
  void show_progress();
  [[nodiscard]] double now() const;
  [[nodiscard]] bool all_done() const;

  CoordinatorParts parts_;
  std::shared_ptr<store::Journal> journal_;  ///< the caller's
  sched::Scheduler scheduler_;
  FeedWatch feed_;
  ProgressMeter meter_;
  Dispatch dispatch_;
  ResultShelf shelf_;
  JournalWarning journal_warning_;
  Attendance attendance_;
  Newcomers newcomers_;
  Leavers leavers_;
  bool plan_complete_ = false;
  double next_tick_ = 0;
  std::future<std::int64_t> committed_;
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

}  // namespace mpienc::app
