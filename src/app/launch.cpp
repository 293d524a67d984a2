#include "mpienc/app/launch.hpp"

#include <unistd.h>

#include <algorithm>
#include <fstream>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "launch_attempt.hpp"
#include "launch_join.hpp"
#include "launch_name_server.hpp"
#include "launch_roll_call.hpp"
#include "mpienc/app/growth.hpp"
#include "mpienc/app/job_identity.hpp"
#include "mpienc/app/join_file.hpp"
#include "mpienc/app/launch_hosts.hpp"
#include "mpienc/app/marker_folder.hpp"
#include "mpienc/app/options.hpp"
#include "mpienc/app/status_file.hpp"
#include "mpienc/core/log.hpp"
#include "mpienc/net/host.hpp"
#include "mpienc/store/commit_note.hpp"

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

void require_growth(MpiKind kind) {
  if (kind == MpiKind::open_mpi_4) return;
  throw Error(
      ExitStatus::usage,
      kind == MpiKind::open_mpi_5
          ? "--grow needs Open MPI 4: in Open MPI 5 no process can connect to another mpirun's (it hangs)"
          : "--grow needs Open MPI 4, whose mpirun lets other processes connect; this mpirun is another one");
}

std::string what_happened(const AttemptEnd& end) {
  if (end.rank_died_in_start) return "a rank died while the job started";
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

/// A remote shell to a host that hangs never returns, nor does MPI_Init where a rank died in it. With the
/// restarts the limit grows, as a start may also be slow.
std::optional<std::chrono::seconds> start_limit(const LaunchOptions& options, int attempt) {
  const std::chrono::seconds first(options.hostfile.empty() ? 120 : 60);
  return first * (1 << std::min(attempt, 6));
}

/// Those of the hostfile that are fit for a restart.
class AnsweringHosts {
 public:
  AnsweringHosts(const LaunchOptions& options, MpiKind kind, std::filesystem::path shorter)
      : options_(options), kind_(kind), shorter_(std::move(shorter)) {
    if (kind == MpiKind::other || options.hostfile.empty()) return;
    std::ifstream file(options.hostfile);
    hosts_ = read_hosts(file);
  }

  /// The hosts that do not answer. Afterwards options() leaves them out; all are kept where none answers,
  /// which tells nothing of the hosts.
  std::set<std::string> call_roll(const std::string& program, const LaunchSignals& signals,
                                  StopRequests& requests) {
    std::set<std::string> names;
    for (const HostLine& host : hosts_) names.insert(host.name);
    now_ = options_;
    const auto silent =
        hosts_that_do_not_answer(names, options_, kind_, program, variables_for(1), signals, requests);
    const auto rest = without(hosts_, silent);
    if (silent.empty() || rest.empty()) return {};
    std::ofstream file(shorter_);
    for (const HostLine& host : rest) file << host.line << '\n';
    if (!file.flush()) return {};
    now_.hostfile = shorter_;
    now_.ranks = ranks_on(rest, hosts_, options_.ranks);
    return silent;
  }

  [[nodiscard]] const LaunchOptions& options() const { return now_; }

 private:
  const LaunchOptions& options_;
  LaunchOptions now_ = options_;
  MpiKind kind_;
  std::filesystem::path shorter_;
  std::vector<HostLine> hosts_;
};

std::string without_whom(const std::set<std::string>& silent, int ranks, int wanted) {
  if (silent.empty()) return "starting again";
  const bool one = silent.size() == 1;
  return fmt::format("{} {} not answer: starting again without {}{}", fmt::join(silent, ", "),
                     one ? "does" : "do", one ? "it" : "them",
                     ranks == wanted ? "" : fmt::format(", with {} of {} ranks", ranks, wanted));
}

/// The status of a job that is started again stays meanwhile, and goes with the last attempt; that of another
/// start of the command, which still runs, stays.
class StatusEnd {
 public:
  explicit StatusEnd(std::filesystem::path file) : file_(std::move(file)), found_(status_writer(file_)) {}
  ~StatusEnd() {
    if (status_writer(file_) != found_) remove_status(file_);
  }
  StatusEnd(const StatusEnd&) = delete;
  StatusEnd& operator=(const StatusEnd&) = delete;

 private:
  std::filesystem::path file_;
  std::string found_;
};

}  // namespace

ExitStatus run_launch(int argc, const char* const* argv) {
  if (net::launched_by_mpi()) {
    throw Error(ExitStatus::usage, "mpienc launch starts mpirun itself; start it without mpirun");
  }
  const auto options = parse_launch_options(argc - 1, argv + 1);
  if (!options) return ExitStatus::success;
  const std::string program = std::filesystem::read_symlink("/proc/self/exe");
  const auto ask_kind = [&] {
    return mpi_kind(output_of({options->mpirun, "--version"}, variables_for(options->ranks)));
  };
  if (!options->join.empty())
    return run_launch_join(*options, ask_kind(), program, variables_for(options->ranks));
  const auto job = parse_job(*options, program);
  if (!job) return ExitStatus::success;

  const auto logger = make_logger(job->verbosity);
  const MpiKind kind = ask_kind();
  if (options->grow) require_growth(kind);
  const LaunchSignals signals;
  const MarkerFolder folder(job->output);
  const StatusEnd status_end(status_file(*job));
  StopRequests requests;
  AnsweringHosts hosts(*options, kind, folder.marker(0).parent_path() / "hosts");
  AttemptPlan plan{program, {marker_variable, ranks_variable, "MPIENC_JOB"}};
  if (kind == MpiKind::open_mpi_4) plan.environment.emplace_back(recovery_variable);
  if (options->grow) plan.environment.emplace_back(name_server_variable);
  for (int attempt = 0;; ++attempt) {
    auto variables = variables_for(hosts.options().ranks);
    if (kind == MpiKind::open_mpi_4) variables.push_back(fmt::format("{}=1", recovery_variable));
    std::optional<NameServer> server;
    std::string contact;
    if (options->grow) {
      server.emplace(options->mpirun, folder.marker(attempt).parent_path(), variables);
      plan.name_server = server->file();
      contact = server->contact();
      variables.push_back(fmt::format("{}={}", name_server_variable, contact));
    }
    const auto command = mpirun_command(hosts.options(), kind, plan);
    logger->debug("{}", fmt::join(command, " "));
    const auto end =
        run_attempt(command, variables, folder.marker(attempt), job->output, start_limit(*options, attempt),
                    signals, requests, [&server] { server.reset(); });
    // A rank 0 that was killed has left it.
    if (options->grow) remove_join_file(join_file_of(job->output), contact);
    const Verdict verdict = judge(end.marker, requests.stopped);
    if (!verdict.restart) {
      // A rank 0 that was killed after its last word may have left it.
      if (verdict.status == ExitStatus::success) store::CommitNote(journal_folder(*job)).remove();
      if (verdict.status != ExitStatus::interrupted || end.marker.status) return verdict.status;
      throw Error(ExitStatus::interrupted, "interrupted");
    }
    if (attempt == options->retries) give_up(end, attempt, command);
    const auto silent = hosts.call_roll(program, signals, requests);
    if (requests.stopped) throw Error(ExitStatus::interrupted, "interrupted");
    logger->warn("{}{}{}, {} of {}", what_happened(end), silent.empty() ? ": " : "; ",
                 without_whom(silent, hosts.options().ranks, options->ranks), attempt + 1, options->retries);
    plan.again = plan.again || end.marker.begun;
    plan.quiet = end.marker.begun || !silent.empty();
  }
}

}  // namespace mpienc::app
