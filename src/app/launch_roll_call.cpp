#include "launch_roll_call.hpp"

#include <algorithm>
#include <chrono>
#include <iterator>
#include <memory>

#include "launch_leftovers.hpp"

namespace mpienc::app {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

/// As with ssh to a host that is off: some seconds until there is "no route", a minute or two behind a
/// router.
constexpr auto patience = 20s;
constexpr std::size_t at_a_time = 16;

struct Call {
  std::string host;
  std::unique_ptr<LaunchedProcess> mpirun;
};

/// mpirun runs the program itself, which tells its version: so name service, network, remote shell, daemon,
/// program and libraries are there.
Call call(const std::string& host, LaunchOptions options, MpiKind kind, const std::string& program,
          const EnvironmentVariables& variables) {
  options.hostfile.clear();
  options.ranks = 1;
  options.job = {"--version"};
  for (const char* word : {"--host", host.c_str()}) options.mpirun_arguments.emplace_back(word);
  return {host, std::make_unique<LaunchedProcess>(mpirun_command(options, kind, {program, {}}), variables,
                                                  LaunchedProcess::Output::none)};
}

std::vector<Call> next_calls(std::set<std::string>::const_iterator& next, const std::set<std::string>& names,
                             const LaunchOptions& options, MpiKind kind, const std::string& program,
                             const EnvironmentVariables& variables) {
  std::vector<Call> calls;
  for (; next != names.end() && calls.size() < at_a_time; ++next) {
    calls.push_back(call(*next, options, kind, program, variables));
  }
  return calls;
}

}  // namespace

std::set<std::string> hosts_that_do_not_answer(const std::set<std::string>& names,
                                               const LaunchOptions& options, MpiKind kind,
                                               const std::string& program,
                                               const EnvironmentVariables& variables,
                                               const LaunchSignals& signals, StopRequests& requests) {
  std::set<std::string> silent;
  auto environment = variables;
  environment.push_back(fresh_job_mark());
  Leftovers leftovers(environment.back());
  for (auto next = names.begin(); next != names.end() && !requests.stopped;) {
    auto calls = next_calls(next, names, options, kind, program, environment);
    for (const auto deadline = Clock::now() + patience; Clock::now() < deadline && !requests.stopped;) {
      if (std::ranges::all_of(calls, [](const Call& one) { return one.mpirun->ending().has_value(); })) break;
      const int number = signals.wait(200ms);
      requests.stopped = asks_to_stop(number);
      leftovers.look();
    }
    for (const Call& one : calls) {
      if (one.mpirun->ending() != "status 0") silent.insert(one.host);
      one.mpirun->signal(SIGKILL);
    }
    leftovers.look();
  }
  leftovers.end_processes(true);
  leftovers.remove_shared_files();
  return requests.stopped ? std::set<std::string>{} : silent;
}

}  // namespace mpienc::app
