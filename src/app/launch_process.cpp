#include "launch_process.hpp"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <ctime>

#include <fmt/format.h>

#include "mpienc/core/error.hpp"

namespace mpienc::app {
namespace {

[[noreturn]] void cannot_start(const std::string& program, int code) {
  throw Error(ExitStatus::cluster,
              fmt::format("'{}' cannot be started: {}; install Open MPI, or name its mpirun by --mpirun",
                          program, std::strerror(code)));
}

std::vector<std::string> joined(const EnvironmentVariables& first) {
  EnvironmentVariables all = first;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view variable(*entry);
    const auto name = variable.substr(0, variable.find('=') + 1);
    if (std::ranges::none_of(first, [name](const auto& one) { return one.starts_with(name); })) {
      all.emplace_back(variable);
    }
  }
  return all;
}

std::vector<char*> pointers(std::vector<std::string>& words) {
  std::vector<char*> result;
  for (std::string& word : words) result.push_back(word.data());
  result.push_back(nullptr);
  return result;
}

/// In the child: only calls that are safe after fork, up to the new program. Returns with errno set where
/// that fails.
void become(char* const* command, char* const* environment, pid_t parent, int output) {
  setsid();
  prctl(PR_SET_PDEATHSIG, SIGTERM);
  if (getppid() != parent) _exit(1);
  const int nothing = open("/dev/null", O_RDONLY | O_CLOEXEC);
  if (nothing >= 0) dup2(nothing, STDIN_FILENO);
  if (output >= 0) {
    dup2(output, STDOUT_FILENO);
    dup2(output, STDERR_FILENO);
  }
  std::signal(SIGPIPE, SIG_DFL);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  execvpe(command[0], command, environment);
}

pid_t start(std::vector<std::string> command, const EnvironmentVariables& variables, int output) {
  auto environment = joined(variables);
  const auto words = pointers(command), entries = pointers(environment);
  std::array<int, 2> failure{};
  if (pipe2(failure.data(), O_CLOEXEC) != 0) cannot_start(command[0], errno);
  const pid_t parent = getpid();
  const pid_t child = fork();
  if (child == 0) {
    become(words.data(), entries.data(), parent, output);
    const int code = errno;
    if (write(failure[1], &code, sizeof code) < 0) _exit(1);
    _exit(1);
  }
  int code = errno;
  close(failure[1]);
  const bool failed = child < 0 || read(failure[0], &code, sizeof code) == sizeof code;
  close(failure[0]);
  if (!failed) return child;
  if (child > 0) waitpid(child, nullptr, 0);
  cannot_start(command[0], code);
}

}  // namespace

LaunchedProcess::LaunchedProcess(const std::vector<std::string>& command,
                                 const EnvironmentVariables& environment, Output output) {
  const int nowhere = output == Output::none ? open("/dev/null", O_WRONLY | O_CLOEXEC) : -1;
  try {
    pid_ = start(command, environment, nowhere);
  } catch (const Error&) {
    if (nowhere >= 0) close(nowhere);
    throw;
  }
  if (nowhere >= 0) close(nowhere);
}

LaunchedProcess::~LaunchedProcess() {
  if (ending()) return;
  signal(SIGKILL);
  waitpid(pid_, nullptr, 0);
}

std::optional<std::string> LaunchedProcess::ending() {
  int status = 0;
  if (!ending_ && waitpid(pid_, &status, WNOHANG) == pid_) {
    ending_ = WIFSIGNALED(status) ? fmt::format("signal {}", WTERMSIG(status))
                                  : fmt::format("status {}", WEXITSTATUS(status));
  }
  return ending_;
}

void LaunchedProcess::signal(int number) const {
  if (!ending_) kill(pid_, number);
}

std::string output_of(const std::vector<std::string>& command, const EnvironmentVariables& environment) {
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) cannot_start(command.front(), errno);
  pid_t child = -1;
  try {
    child = start(command, environment, ends[1]);
  } catch (const Error&) {
    close(ends[0]);
    close(ends[1]);
    throw;
  }
  close(ends[1]);
  std::string text;
  std::array<char, 4096> part{};
  for (ssize_t count = 0; (count = read(ends[0], part.data(), part.size())) > 0;) {
    text.append(part.data(), static_cast<std::size_t>(count));
  }
  close(ends[0]);
  waitpid(child, nullptr, 0);
  return text;
}

bool asks_to_stop(int number) { return number != 0 && number != SIGCHLD; }

LaunchSignals::LaunchSignals() {
  sigemptyset(&watched_);
  for (const int number : {SIGINT, SIGTERM, SIGHUP, SIGUSR1, SIGUSR2, SIGCHLD}) sigaddset(&watched_, number);
  sigprocmask(SIG_BLOCK, &watched_, &before_);
}

LaunchSignals::~LaunchSignals() { sigprocmask(SIG_SETMASK, &before_, nullptr); }

int LaunchSignals::wait(std::chrono::milliseconds limit) const {
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(limit);
  const timespec patience{static_cast<std::time_t>(seconds.count()),
                          static_cast<long>((limit - seconds).count()) * 1'000'000};
  const int number = sigtimedwait(&watched_, nullptr, &patience);
  return number > 0 ? number : 0;
}

}  // namespace mpienc::app
