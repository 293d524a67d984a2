#include "launch_attempt.hpp"

#include <algorithm>
#include <chrono>
#include <csignal>
#include <fstream>
#include <random>
#include <utility>

#include <fmt/format.h>

#include "launch_leftovers.hpp"
#include "mpienc/app/launch_start.hpp"
#include "mpienc/app/marker_keeper.hpp"
#include "mpienc/net/lease.hpp"

namespace mpienc::app {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

/// A host that hangs keeps mpirun waiting for it after the job has ended.
constexpr auto patience_after_end = 10s;
/// Then mpirun gets this long to end its daemons.
constexpr auto patience_after_term = 3s;
/// The ranks hear of a USR1 at once, of a TERM only a second later.
constexpr auto patience_after_warning = 1200ms;
/// timeout(1) sends its signal to the process and then to its group: that is one wish, not two.
constexpr auto same_wish = 100ms;
constexpr Clock::duration first_pause = 100ms;
constexpr Clock::duration longest_pause = 10s, longest_pause_of_start = 400ms;

/// Rank 0 beats every 2 s; the other ranks leave when they have not heard it for 20 s.
constexpr auto longest_silence = 40s;

std::string first_line(const std::filesystem::path& file) {
  std::ifstream in(file);
  std::string line;
  std::getline(in, line);
  return line;
}

/// Tells when mpirun hangs: before the job has begun, while rank 0 gives no sign of life, or after it has
/// told the end.
class MarkerWatch {
 public:
  MarkerWatch(std::filesystem::path marker, std::optional<std::chrono::seconds> start_limit)
      : marker_(std::move(marker)) {
    if (start_limit) deadline_ = Clock::now() + *start_limit;
  }

  /// To be asked several times a second. The signal that mpirun should get now, or 0.
  int overdue() {
    const auto now = Clock::now();
    if (now >= next_) {
      next_ = now + 1s;
      const Marker marker = read_marker(marker_);
      if (marker.begun && !begun_) deadline_.reset();
      if (marker.status && !ended_) deadline_ = now + patience_after_end;
      if (!marker.status && !deadline_ && silent()) deadline_ = now;
      begun_ = marker.begun;
      ended_ = marker.status.has_value();
    }
    if (!deadline_ || now < *deadline_) return 0;
    deadline_ = now + patience_after_term;
    hung_ = !ended_;
    return std::exchange(number_, SIGKILL);
  }

  /// The job has not begun and never will.
  void give_start_up() {
    if (!std::exchange(given_up_, true)) deadline_ = Clock::now();
  }

  [[nodiscard]] bool starting() const { return !begun_ && !given_up_; }
  [[nodiscard]] bool given_up() const { return given_up_; }
  /// Whether mpirun was ended although the job had not.
  [[nodiscard]] bool hung() const { return hung_; }

 private:
  bool silent() {
    auto beat = first_line(beat_file(marker_));
    if (beat != beat_) silence_.renew();
    beat_ = std::move(beat);
    return silence_.expired(Clock::now()) && !beat_.empty();
  }

  std::filesystem::path marker_;
  std::optional<Clock::time_point> deadline_;
  Clock::time_point next_;
  bool begun_ = false, ended_ = false, hung_ = false, given_up_ = false;
  std::string beat_;
  net::Lease silence_{longest_silence};
  int number_ = SIGTERM;
};

void pass_on(int number, const LaunchedProcess& mpirun, Leftovers& leftovers, StopRequests& requests) {
  if (!asks_to_stop(number)) return;
  const auto now = Clock::now();
  if (!std::exchange(requests.stopped, true)) {
    requests.stopped_at = now;
    requests.term_due = now + patience_after_warning;
    mpirun.signal(SIGUSR1);
  } else if (number == SIGINT && now - requests.stopped_at > same_wish) {
    requests.at_once = true;
    leftovers.kill_all();
    mpirun.signal(SIGKILL);
  }
}

}  // namespace

std::string fresh_job_mark() {
  std::random_device random;
  return fmt::format("MPIENC_JOB={:08x}{:08x}", random(), random());
}

AttemptEnd run_attempt(const std::vector<std::string>& command, EnvironmentVariables environment,
                       const std::filesystem::path& marker, const std::filesystem::path& output,
                       std::optional<std::chrono::seconds> start_limit, const LaunchSignals& signals,
                       StopRequests& requests, const std::function<void()>& mpirun_ended) {
  const std::string mark = fresh_job_mark();
  environment.push_back(mark);
  environment.push_back(fmt::format("{}={}", marker_variable, marker.string()));
  Leftovers leftovers(mark);
  AttemptEnd end;
  {
    LaunchedProcess mpirun(command, environment);
    auto pause = first_pause;
    auto next_look = Clock::now() + pause;
    MarkerWatch watch(marker, start_limit);
    StartWatch start;
    while (!mpirun.ending()) {
      pass_on(signals.wait(200ms), mpirun, leftovers, requests);
      if (const int number = watch.overdue()) mpirun.signal(number);
      if (requests.term_due && Clock::now() >= *requests.term_due) {
        requests.term_due.reset();
        mpirun.signal(SIGTERM);
      }
      if (Clock::now() < next_look) continue;
      const auto running = leftovers.look();
      if (watch.starting() && start.incomplete(running, Clock::now())) watch.give_start_up();
      pause = std::min(2 * pause, watch.starting() ? longest_pause_of_start : longest_pause);
      next_look = Clock::now() + pause;
    }
    end.rank_died_in_start = watch.given_up();
    end.mpirun = watch.hung() ? "hung" : *mpirun.ending();
  }
  if (mpirun_ended) mpirun_ended();
  leftovers.end_processes(requests.at_once);
  // Whoever still runs elsewhere sees by this that the attempt is over.
  const std::filesystem::path taken = marker.string() + ".over";
  std::error_code none_there;
  std::filesystem::rename(marker, taken, none_there);
  end.marker = read_marker(taken);
  leftovers.remove_shared_files();
  leftovers.remove_halves(output);
  return end;
}

}  // namespace mpienc::app
