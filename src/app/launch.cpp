#include "mpienc/app/launch.hpp"

#include <unistd.h>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "launch_attempt.hpp"
#include "mpienc/app/options.hpp"
#include "mpienc/core/log.hpp"
#include "mpienc/net/host.hpp"

namespace mpienc::app {
namespace {

std::optional<Options> parse_job(const LaunchOptions& launch, const std::string& program) {
  std::vector<const char*> words{program.c_str()};
  for (const std::string& word : launch.job) words.push_back(word.c_str());
  auto options = parse_options(static_cast<int>(words.size()), words.data());
  if (options && options->plan_only) {
    throw Error(ExitStatus::usage,
                "--plan encodes nothing that needs ranks: give it to mpienc without launch");
  }
  return options;
}

EnvironmentVariables variables_for(int ranks) {
  EnvironmentVariables variables{fmt::format("{}={}", ranks_variable, ranks)};
  if (::geteuid() == 0) {
    variables.insert(variables.end(), {"OMPI_ALLOW_RUN_AS_ROOT=1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1"});
  }
  return variables;
}

std::string what_happened(const AttemptEnd& end) {
  if (!end.marker.begun) return fmt::format("mpirun ended before the job began (mpirun: {})", end.mpirun);
  if (end.marker.status == ExitStatus::cluster) return "the job lost its ranks";
  return fmt::format("the job died without finishing (mpirun: {})", end.mpirun);
}

[[noreturn]] void give_up(const AttemptEnd& end, int restarts, const std::vector<std::string>& command) {
  const std::string tries =
      restarts == 0 ? "" : fmt::format(", {} restart{} did not help", restarts, restarts == 1 ? "" : "s");
  const std::string advice = end.marker.begun
                                 ? "see what was said above, look after the hosts and start again"
                                 : fmt::format("to see why, run: {}", fmt::join(command, " "));
  throw Error(ExitStatus::cluster, fmt::format("{}{}; {}", what_happened(end), tries, advice));
}

}  // namespace

ExitStatus run_launch(int argc, const char* const* argv) {
  if (net::launched_by_mpi()) {
    throw Error(ExitStatus::usage, "mpienc launch starts mpirun itself; start it without mpirun");
  }
  const auto options = parse_launch_options(argc - 1, argv + 1);
  if (!options) return ExitStatus::success;
  const std::string program = std::filesystem::read_symlink("/proc/self/exe");
  const auto job = parse_job(*options, program);
  if (!job) return ExitStatus::success;

  const auto logger = make_logger(job->verbosity);
  const auto variables = variables_for(options->ranks);
  const MpiKind kind = mpi_kind(output_of({options->mpirun, "--version"}, variables));
  const LaunchSignals signals;
  const MarkerFolder folder(job->output);
  StopRequests requests;
  AttemptPlan plan{program, {marker_variable, ranks_variable, "MPIENC_JOB"}};
  for (int attempt = 0;; ++attempt) {
    const auto command = mpirun_command(*options, kind, plan);
    logger->debug("{}", fmt::join(command, " "));
    const auto end = run_attempt(command, variables, folder.marker(attempt), job->output, signals, requests);
    const Verdict verdict = judge(end.marker, requests.stopped);
    if (!verdict.restart) {
      if (verdict.status != ExitStatus::interrupted || end.marker.status) return verdict.status;
      throw Error(ExitStatus::interrupted, "interrupted");
    }
    if (attempt == options->retries) give_up(end, attempt, command);
    logger->warn("{}: starting again, {} of {}", what_happened(end), attempt + 1, options->retries);
    plan.again = plan.again || end.marker.begun;
    plan.quiet = end.marker.begun;
  }
}

}  // namespace mpienc::app
