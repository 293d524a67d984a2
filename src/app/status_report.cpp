#include "mpienc/app/status_report.hpp"

#include <algorithm>
#include <chrono>

#include <unistd.h>

#include "mpienc/app/marker.hpp"
#include "mpienc/app/recording_settings.hpp"
#include "mpienc/net/host.hpp"

namespace mpienc::app {

namespace {

constexpr double interval = 1;

std::string whole_name(const std::filesystem::path& path) {
  std::error_code unknown;
  const auto whole = std::filesystem::absolute(path, unknown);
  return (unknown ? path : whole).lexically_normal().string();
}

report::JobKind kind_of(const Options& options) {
  if (options.batch) return report::JobKind::batch;
  return recording_kind(options) == RecordingKind::none ? report::JobKind::film : report::JobKind::recording;
}

}  // namespace

report::JobStatus describe_job(const Options& options) {
  report::JobStatus status;
  status.program = version;
  status.kind = kind_of(options);
  for (const auto& input : options.inputs) status.inputs.push_back(whole_name(input));
  status.command = options.command_line;
  status.output = whole_name(options.output);
  status.pid = ::getpid();
  status.host = net::host_name();
  status.started = std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
  status.attempt = attempt_number();
  return status;
}

report::RankStatus describe_rank(const report::RankSummary& summary, const RankActivity::Rank& activity) {
  using report::RankState;
  report::RankStatus rank;
  rank.rank = summary.rank;
  rank.host = summary.host;
  rank.lanes = summary.lanes;
  rank.running.assign(activity.running.begin(), activity.running.end());
  rank.held.assign(activity.held.begin(), activity.held.end());
  rank.done = summary.chunks;
  rank.steals = summary.steals;
  rank.losses = activity.losses;
  if (summary.lost) {
    rank.state = RankState::lost;
  } else if (summary.left) {
    rank.state = RankState::left;
  } else if (summary.draining) {
    rank.state = RankState::draining;
  } else if (!rank.running.empty()) {
    rank.state = RankState::working;
  } else {
    rank.state = activity.begun ? RankState::idle : RankState::joined;
  }
  return rank;
}

StatusReport::StatusReport(const Options& options, const JobLog& log, int journal,
                           const WarningCount& warnings, StatusKeeper& keeper)
    : log_(log), journal_(journal), warnings_(warnings), keeper_(keeper), status_(describe_job(options)) {
  status_.journal = journal;
  for (const auto& summary : log_.counts().ranks) status_.ranks.push_back(describe_rank(summary, {}));
  keeper_.tell(status_);
}

void StatusReport::take(const View& view) {
  const auto& snapshot = view.snapshot;
  const auto& counts = log_.counts();
  next_ = snapshot.elapsed + interval;
  take_ranks(view);
  const bool begun =
      counts.chunks > 0 || std::ranges::any_of(status_.ranks, [](const report::RankStatus& rank) {
        return rank.state == report::RankState::working || rank.done > 0;
      });
  if (begun && status_.state == report::JobState::starting) status_.state = report::JobState::running;
  status_.elapsed = snapshot.elapsed;
  status_.fraction = snapshot.fraction;
  status_.eta = remaining_seconds(snapshot);
  status_.media_done = snapshot.programme_seconds;
  status_.media_total = view.total_seconds;
  status_.frames = snapshot.frames;
  status_.in_frames = snapshot.sample_rate == 0;
  status_.planned = view.scheduler.planned();
  status_.released = view.scheduler.released();
  if (view.plan_complete) status_.total = status_.planned;
  status_.journal = journal_ + view.journalled;
  status_.steals = counts.steals;
  status_.copies = counts.copies;
  status_.bytes_sent = view.bytes_sent;
  status_.warnings = warnings_.count();
  keeper_.tell(status_);
}

void StatusReport::take_ranks(const View& view) {
  const auto rate = view.snapshot.sample_rate;
  status_.ranks.clear();
  status_.speed = 0;
  status_.lost_ranks = 0;
  for (const auto& summary : log_.counts().ranks) {
    auto rank = describe_rank(summary, log_.activity().of(summary.rank));
    auto& recent = rates_[summary.rank];
    recent.take(view.snapshot.elapsed, std::max(view.meter.frames(summary.rank), summary.frames));
    if (!summary.lost) rank.speed = recent.per_second() / std::max(rate, 1);
    status_.speed += rank.speed;
    status_.lost_ranks += summary.lost ? 1 : 0;
    status_.ranks.push_back(std::move(rank));
  }
}

void StatusReport::finishing() {
  status_.state = report::JobState::finishing;
  status_.warnings = warnings_.count();
  keeper_.tell(status_);
}

}  // namespace mpienc::app
