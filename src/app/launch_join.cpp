#include "launch_join.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <string>

#include "launch_attempt.hpp"
#include "launch_leftovers.hpp"
#include "mpienc/app/join_file.hpp"

namespace mpienc::app {

namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr Clock::duration first_pause = 100ms, longest_pause = 10s;

/// What the first of the ranks that failed has ended with, which mpirun passes on.
ExitStatus status_of(const std::string& ending) {
  constexpr std::array known{ExitStatus::success, ExitStatus::usage, ExitStatus::input,
                             ExitStatus::interrupted};
  const auto says = [&ending](ExitStatus status) {
    return ending == "status " + std::to_string(static_cast<int>(status));
  };
  const auto found = std::ranges::find_if(known, says);
  return found == known.end() ? ExitStatus::cluster : *found;
}

}  // namespace

ExitStatus run_launch_join(const LaunchOptions& options, MpiKind kind, const std::string& program,
                           EnvironmentVariables variables) {
  static_cast<void>(read_join_file(options.join));
  LaunchOptions workers = options;
  workers.job = {"worker", "--join", std::filesystem::absolute(options.join).string()};
  workers.job.insert(workers.job.end(), options.job.begin(), options.job.end());
  const auto command = mpirun_command(workers, kind, AttemptPlan{program, {"MPIENC_JOB"}});
  const auto mark = fresh_job_mark();
  variables.push_back(mark);
  Leftovers leftovers(mark);
  const LaunchSignals signals;
  StopRequests requests;
  std::string ending;
  {
    LaunchedProcess mpirun(command, variables);
    auto pause = first_pause;
    auto next_look = Clock::now() + pause;
    while (!mpirun.ending()) {
      const int number = signals.wait(200ms);
      if (asks_to_stop(number)) {
        requests.at_once = requests.stopped && number == SIGINT;
        requests.stopped = true;
        if (requests.at_once) leftovers.kill_all();
        mpirun.signal(requests.at_once ? SIGKILL : SIGTERM);
      }
      if (Clock::now() < next_look) continue;
      static_cast<void>(leftovers.look());
      pause = std::min(2 * pause, longest_pause);
      next_look = Clock::now() + pause;
    }
    ending = *mpirun.ending();
  }
  leftovers.end_processes(requests.at_once);
  leftovers.remove_shared_files();
  return requests.stopped ? ExitStatus::interrupted : status_of(ending);
}

}  // namespace mpienc::app
