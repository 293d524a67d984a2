#include "mpienc/app/transcode.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <iostream>
#include <numeric>

#include <fmt/core.h>

#include "mpienc/app/conversion.hpp"
#include "mpienc/app/coordinator.hpp"
#include "mpienc/app/drain_request.hpp"
#include "mpienc/app/growth.hpp"
#include "mpienc/app/job_identity.hpp"
#include "mpienc/app/job_limits.hpp"
#include "mpienc/app/job_record.hpp"
#include "mpienc/app/job_summary.hpp"
#include "mpienc/app/journal_note.hpp"
#include "mpienc/app/marker.hpp"
#include "mpienc/app/marker_keeper.hpp"
#include "mpienc/app/pending_commit.hpp"
#include "mpienc/app/recording_settings.hpp"
#include "mpienc/app/status_file.hpp"
#include "mpienc/app/status_keeper.hpp"
#include "mpienc/app/status_report.hpp"
#include "mpienc/core/cpu_clock.hpp"
#include "mpienc/output/temporary_file.hpp"
#include "mpienc/output/track_writer.hpp"
#include "mpienc/report/format.hpp"
#include "mpienc/report/terminal.hpp"

namespace mpienc::app {

namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

/// CPU time of rank 0's process that went into anything but encoding chunks.
double own_cpu_beside_lanes(const JobCounts& counts, double process_cpu) {
  return std::max(0.0, process_cpu - counts.ranks.front().encode_cpu_seconds);
}

report::ProgressStyle progress_style(const Options& options) {
  if (options.verbosity == Verbosity::quiet) return report::ProgressStyle::none;
  return report::is_terminal(STDERR_FILENO) ? report::ProgressStyle::terminal : report::ProgressStyle::log;
}

store::JobTotals totals_of(const JobCounts& counts, const report::Summary& summary,
                           const Conversion& conversion, double process_cpu, std::int64_t bytes_sent) {
  store::JobTotals totals;
  totals.encoding_seconds = counts.encoding_seconds;
  totals.wall_seconds = summary.wall_seconds;
  totals.rank_zero_cpu = own_cpu_beside_lanes(counts, process_cpu);
  totals.audio_cpu = conversion.audio_cpu();
  totals.bytes_in = summary.bytes_in;
  totals.bytes_out = summary.bytes_out;
  totals.frames = counts.frames;
  totals.bytes_sent = bytes_sent;
  return totals;
}

/// How long an interrupted job brings finished chunks to a slow disk.
constexpr auto longest_storing = std::chrono::milliseconds(300);

/// What becomes of the journal when the job ends early.
class JournalEnd {
 public:
  JournalEnd(store::Journal* journal, const OutputJournals* journals, std::filesystem::path folder,
             const Coordinator& coordinator, StopSignal& signal, Logger& logger)
      : journal_(journal),
        journals_(journals),
        folder_(std::move(folder)),
        coordinator_(coordinator),
        logger_(logger),
        last_act_(signal, [this, &signal] {
          if (journal_ != nullptr && signal.wished() && !journal_->died()) journal_->ended();
          tell();
        }) {}

  /// `doubt`: a chunk may have crashed the codec, which even an empty journal tells the next run.
  void leave(bool all_written, bool doubt) {
    if (journal_ != nullptr && chunks() == 0 && all_written && !doubt) {
      journal_->remove();
    } else {
      tell();
    }
  }

 private:
  [[nodiscard]] int chunks() const {
    if (journals_ != nullptr) return journals_->kept();
    return journal_ == nullptr ? 0 : journal_->restored() + coordinator_.journalled();
  }
  void tell() {
    if (chunks() == 0 || told_.exchange(true)) return;
    logger_.info("{} kept in {}: the same command goes on from there",
                 report::counted(chunks(), "finished chunk"), folder_.string());
  }

  store::Journal* journal_;
  const OutputJournals* journals_;
  std::filesystem::path folder_;
  const Coordinator& coordinator_;
  Logger& logger_;
  std::atomic<bool> told_ = false;
  StopSignal::LastAct last_act_;
};

/// Whether mpienc launch does so, as far as rank 0 can tell: then the status stays until the next attempt.
bool starts_again(const std::exception_ptr& why) {
  if (!judged_by_marker()) return false;
  try {
    std::rethrow_exception(why);
  } catch (const Error& error) {
    return error.status() == ExitStatus::cluster;
  } catch (...) {
    return false;
  }
}

/// Takes away a journal that a failed start has made.
struct UnusedJournal {
  std::optional<store::Journal>& journal;
  bool used = false;
  ~UnusedJournal() {
    if (used || !journal) return;
    if (journal->died()) return;
    if (journal->restored() == 0) {
      journal->remove();
    } else {
      journal->ended();
    }
  }
};

}  // namespace

void transcode(const Options& options, net::Transport& transport, net::Wakeup& wakeup, StopSignal& signal,
               const Hello& own, Farewell& farewell, Logger& logger) {
  const auto start = Clock::now();
  const WarningCount warnings(logger);
  if (!options.batch) {
    if (completed_before(options, logger)) return remove_status(status_file(options));
    output::check_output(options.output, options.overwrite);
  }
  const auto wake = [&wakeup] { wakeup.notify(); };

  const auto conversion = make_conversion(options, logger, wake);
  Team team;
  try {
    team = gather_team(transport, wakeup, signal, own, options.simd, [&] { return conversion->opened(); });
  } catch (...) {
    conversion->stop_reading();
    farewell.take(std::current_exception());
    throw;
  }
  conversion->meet(transport, wakeup, signal, team);
  const auto settings = conversion->plan(team);
  team.lanes = plan_team_lanes(team, options.lanes, conversion->bytes_per_lane(), logger);
  if (settings) send_setup(transport, team, *settings);

  const auto identity = job_identity(options);
  std::optional<store::Journal> journal;
  UnusedJournal unused_journal{journal};
  if (settings && options.journal && !options.batch)
    journal.emplace(journal_folder(options), identity, options.restart);
  if (journal && journal->restored() > 0) {
    logger.info("going on from {}, which has {} (--restart begins anew)", journal_folder(options).string(),
                report::counted(journal->restored(), "finished chunk"));
  }

  std::optional<PendingCommit> pending_commit;
  if (!options.batch) pending_commit.emplace(options, identity);
  if (!options.batch) output::sweep({&options.output, 1});
  auto& sink = conversion->open_output([&](const FileIdentity& file) {
    require_marker();
    if (!signal.received()) pending_commit->note(file);
  });
  const StopSignal::LastAct discard(signal, [&sink] { sink.discard(); });
  std::optional<LanePool> lanes;
  if (settings) lanes.emplace(team.lanes.front(), *settings, wake);

  report::ProgressDisplay progress(std::cerr, progress_style(options),
                                   [] { return report::terminal_columns(STDERR_FILENO); });
  auto policy = sched::policy_of(options.schedule);
  // Two ranks would write one file.
  if (options.batch) policy.copies = false;
  auto limits =
      limits_for(std::accumulate(team.lanes.begin(), team.lanes.end(), 0), transport.size(), policy);
  conversion->limit(limits);
  std::optional<store::RunRecordWriter> record;
  if (!options.record.empty())
    record.emplace(options.record, job_info(options, limits, policy, conversion->pixels()));
  JobLog log(team, record ? &*record : nullptr);
  Mishaps mishaps(
      options.on_bad_chunk, (options.batch ? options.output : options.inputs.front()).string(),
      recording_kind(options) != RecordingKind::none,
      [&](const Chunk& chunk, bool audio) { return conversion->place(chunk, audio); }, team, log, logger);

  std::optional<StatusKeeper> keeper;
  std::optional<StatusReport> status;
  if (const auto file = status_file(options); !file.empty()) {
    keeper.emplace(file, signal, logger);
    status.emplace(options, log, journal ? journal->restored() : 0, warnings, *keeper);
  }

  const double cpu_at_start = process_cpu_seconds();
  auto* digest = conversion->start_digest(transport);
  auto& reader = conversion->start_reading();
  const Admission admission{settings, options.simd, options.lanes, conversion->bytes_per_lane(),
                            [&] { return conversion->sample_for_newcomer(); }};
  DrainInbox drains(options.output);
  const auto join_file = invite(options, team, transport, wake, logger);
  const StopSignal::LastAct uninvite(signal, [&join_file] {
    if (join_file) join_file->remove();
  });
  Coordinator coordinator({transport,
                           wakeup,
                           signal,
                           team,
                           farewell.lost(),
                           reader,
                           sink,
                           lanes ? &*lanes : nullptr,
                           journal ? &*journal : nullptr,
                           conversion->journals(),
                           digest,
                           settings ? encode::serialise(*settings) : Bytes(),
                           conversion->sample_rate(),
                           isolates_all(options, journal ? &*journal : nullptr, logger),
                           admission,
                           own_ranks_leave(),
                           drains,
                           mishaps,
                           limits,
                           policy,
                           log,
                           status ? &*status : nullptr,
                           progress,
                           logger});
  JournalEnd journal_end(journal ? &*journal : nullptr, conversion->journals(), journal_folder(options),
                         coordinator, signal, logger);
  std::int64_t bytes = 0;
  unused_journal.used = true;
  try {
    coordinator.run();
    if (status) status->finishing();
    bytes = coordinator.commit();
  } catch (...) {
    conversion->stop_reading();
    if (lanes) lanes->stop();
    const bool doubt =
        journal && !leaves_no_doubt(std::current_exception(), transport.size(), signal, journal->died());
    if (journal && !doubt) journal->ended();
    auto* journals = conversion->journals();
    if (journals != nullptr && leaves_no_doubt(std::current_exception(), transport.size(), signal, false))
      journals->ended();
    const auto limit = signal.received() ? std::optional(longest_storing) : std::nullopt;
    journal_end.leave(coordinator.close_journal(limit), doubt);
    sink.discard();
    record.reset();
    if (keeper) keeper->end(starts_again(std::current_exception()));
    farewell.take(std::current_exception());
    throw;
  }
  if (keeper) keeper->end(false);
  bool removed = !journal || journal->remove();
  const auto verdict = conversion->verdict();
  if (!verdict) write_marker(ExitStatus::success);
  if (pending_commit) removed &= pending_commit->done();
  if (!removed) {
    logger.warn("{} cannot be removed; the output is complete: delete it", journal_folder(options).string());
  }
  progress.clear();

  const auto summary = summarise(options, log.counts(), *conversion, seconds_since(start), bytes);
  if (record) {
    record->complete(rank_rows(log.counts(), team, [&](int rank) { return coordinator.speed(rank); }),
                     totals_of(log.counts(), summary, *conversion, process_cpu_seconds() - cpu_at_start,
                               transport.bytes_sent()));
  }
  if (options.verbosity != Verbosity::quiet) fmt::print(stderr, "{}", conversion->closing_text(summary));
  if (verdict) throw *verdict;
}

}  // namespace mpienc::app
