#include "launch_join.hpp"

#include <csignal>
#include <filesystem>

#include "mpienc/app/join_file.hpp"

namespace mpienc::app {

using namespace std::chrono_literals;

ExitStatus run_launch_join(const LaunchOptions& options, MpiKind kind, const std::string& program,
                           const EnvironmentVariables& variables) {
  static_cast<void>(read_join_file(options.join));
  LaunchOptions workers = options;
  workers.job = {"worker", "--join", std::filesystem::absolute(options.join).string()};
  workers.job.insert(workers.job.end(), options.job.begin(), options.job.end());
  AttemptPlan plan{};
  plan.program = program;
  const auto command = mpirun_command(workers, kind, plan);
  const LaunchSignals signals;
  LaunchedProcess mpirun(command, variables);
  bool stopped = false;
  while (!mpirun.ending()) {
    const int number = signals.wait(200ms);
    if (!asks_to_stop(number)) continue;
    mpirun.signal(stopped && number == SIGINT ? SIGKILL : SIGTERM);
    stopped = true;
  }
  if (stopped) return ExitStatus::interrupted;
  return *mpirun.ending() == "status 0" ? ExitStatus::success : ExitStatus::cluster;
}

}  // namespace mpienc::app
