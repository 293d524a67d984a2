#include "launch_attempt.hpp"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <random>
#include <utility>

#include <fmt/format.h>

#include "launch_leftovers.hpp"

namespace mpienc::app {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

/// A host that hangs keeps mpirun waiting for it after the job has ended.
constexpr auto patience_after_end = 20s;
constexpr Clock::duration first_pause = 100ms;
constexpr Clock::duration longest_pause = 10s;

std::string fresh_job_name() {
  std::random_device random;
  return fmt::format("{:08x}{:08x}", random(), random());
}

void pass_on(int number, const LaunchedProcess& mpirun, Leftovers& leftovers, StopRequests& requests) {
  if (number == 0 || number == SIGCHLD) return;
  const bool stop = number != SIGUSR1 && number != SIGUSR2;
  if (stop && requests.stopped && number == SIGINT) {
    requests.at_once = true;
    leftovers.kill_all();
    mpirun.signal(SIGKILL);
    return;
  }
  requests.stopped = requests.stopped || stop;
  mpirun.signal(number == SIGHUP ? SIGTERM : number);
}

}  // namespace

MarkerFolder::MarkerFolder(const std::filesystem::path& output) {
  const auto whole = std::filesystem::absolute(output);
  auto name =
      (whole.parent_path() / ("." + whole.filename().string().substr(0, 200) + ".marker-XXXXXX")).string();
  if (mkdtemp(name.data()) == nullptr) {
    throw Error(
        ExitStatus::output,
        fmt::format(
            "no folder can be made beside '{}': {}; mpienc launch needs one there, where rank 0 tells "
            "how the job ended",
            output.string(), std::strerror(errno)));
  }
  folder_ = name;
}

MarkerFolder::~MarkerFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

std::filesystem::path MarkerFolder::marker(int attempt) const {
  return folder_ / fmt::format("attempt-{}", attempt);
}

AttemptEnd run_attempt(const std::vector<std::string>& command, EnvironmentVariables environment,
                       const std::filesystem::path& marker, const std::filesystem::path& output,
                       const LaunchSignals& signals, StopRequests& requests) {
  const std::string mark = "MPIENC_JOB=" + fresh_job_name();
  environment.push_back(mark);
  environment.push_back(fmt::format("{}={}", marker_variable, marker.string()));
  Leftovers leftovers(mark);
  AttemptEnd end;
  {
    LaunchedProcess mpirun(command, environment);
    auto pause = first_pause;
    auto next_look = Clock::now() + pause;
    std::optional<Clock::time_point> deadline;
    while (!mpirun.ending()) {
      pass_on(signals.wait(200ms), mpirun, leftovers, requests);
      if (Clock::now() < next_look) continue;
      leftovers.look();
      if (!deadline && read_marker(marker).status) deadline = Clock::now() + patience_after_end;
      if (deadline && Clock::now() > *deadline) mpirun.signal(SIGKILL);
      pause = std::min(2 * pause, longest_pause);
      next_look = Clock::now() + pause;
    }
    end.mpirun = *mpirun.ending();
  }
  leftovers.end_processes(requests.at_once);
  end.marker = read_marker(marker);
  leftovers.remove_files(output);
  return end;
}

}  // namespace mpienc::app
