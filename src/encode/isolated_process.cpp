#include "isolated_process.hpp"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "mpienc/core/error.hpp"

namespace mpienc::encode {

namespace {

constexpr int between_looks = 200;  // ms
/// In the environment of every such process. A program that does not know isolated_word would begin from its
/// start, come here again, and so on without end.
char child_mark[] = "MPIENC_ISOLATED_CHUNK=1";
constexpr const char* child_mark_name = "MPIENC_ISOLATED_CHUNK";

void require(int code) {
  if (code == 0) return;
  throw Error(ExitStatus::internal,
              fmt::format("no process for a chunk of its own can be run: {}", std::strerror(code)));
}

/// What the launcher of a rank told it alone would make the child take itself for that rank.
std::vector<char*> environment() {
  constexpr std::array<std::string_view, 3> of_the_launcher{"OMPI_", "PMIX_", "PMI_"};
  std::vector<char*> kept;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view variable(*entry);
    if (std::ranges::none_of(of_the_launcher, [&](auto start) { return variable.starts_with(start); })) {
      kept.push_back(*entry);
    }
  }
  kept.push_back(child_mark);
  kept.push_back(nullptr);
  return kept;
}

class FileActions {
 public:
  FileActions(int input, int output) {
    require(posix_spawn_file_actions_init(&actions_));
    require(posix_spawn_file_actions_addopen(&actions_, STDIN_FILENO, "/dev/null", O_RDONLY, 0));
    require(posix_spawn_file_actions_adddup2(&actions_, input, isolated_input));
    require(posix_spawn_file_actions_adddup2(&actions_, output, isolated_output));
    require(posix_spawn_file_actions_addclosefrom_np(&actions_, isolated_output + 1));
  }
  ~FileActions() { posix_spawn_file_actions_destroy(&actions_); }
  FileActions(const FileActions&) = delete;
  FileActions& operator=(const FileActions&) = delete;
  [[nodiscard]] const posix_spawn_file_actions_t* get() const { return &actions_; }

 private:
  posix_spawn_file_actions_t actions_{};
};

/// Signals that end jobs are the parent's to answer, which then kills the child; those of crashes work as
/// ever.
class Attributes {
 public:
  Attributes() {
    require(posix_spawnattr_init(&attributes_));
    sigset_t blocked;
    sigset_t defaults;
    sigemptyset(&blocked);
    sigemptyset(&defaults);
    for (const int number : {SIGINT, SIGTERM, SIGHUP, SIGUSR1, SIGUSR2}) sigaddset(&blocked, number);
    for (const int number : {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT, SIGPIPE}) sigaddset(&defaults, number);
    require(posix_spawnattr_setsigmask(&attributes_, &blocked));
    require(posix_spawnattr_setsigdefault(&attributes_, &defaults));
    require(posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF));
  }
  ~Attributes() { posix_spawnattr_destroy(&attributes_); }
  Attributes(const Attributes&) = delete;
  Attributes& operator=(const Attributes&) = delete;
  [[nodiscard]] const posix_spawnattr_t* get() const { return &attributes_; }

 private:
  posix_spawnattr_t attributes_{};
};

double seconds_of(const timeval& time) {
  return static_cast<double>(time.tv_sec) + 1e-6 * static_cast<double>(time.tv_usec);
}

}  // namespace

IsolatedProcess::IsolatedProcess(int input, int output) {
  if (std::getenv(child_mark_name) != nullptr) {
    throw Error(ExitStatus::internal, "a process for one chunk cannot have another");
  }
  const FileActions actions(input, output);
  const Attributes attributes;
  std::array<char, 8> name{"mpienc"};
  std::array<char, 32> word{};
  std::strncpy(word.data(), isolated_word, word.size() - 1);
  const std::array<char*, 3> words{name.data(), word.data(), nullptr};
  const auto variables = environment();
  require(
      posix_spawn(&pid_, "/proc/self/exe", actions.get(), attributes.get(), words.data(), variables.data()));
  handle_ = OwnedFile(static_cast<int>(::syscall(SYS_pidfd_open, pid_, 0)));
}

IsolatedProcess::~IsolatedProcess() {
  if (!running_) return;
  ::kill(pid_, SIGKILL);
  reap();
}

void IsolatedProcess::wait(const std::stop_token& stop, const std::function<void()>& look) {
  const OwnedFile bell(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  if (!bell.open()) require(errno);
  if (!handle_.open()) require(errno);
  const std::stop_callback ring(stop, [&bell] {
    constexpr std::uint64_t one = 1;
    if (::write(bell.get(), &one, sizeof one) < 0) return;
  });
  std::array<pollfd, 2> watched{pollfd{handle_.get(), POLLIN, 0}, pollfd{bell.get(), POLLIN, 0}};
  while (watched[0].revents == 0 && watched[1].revents == 0) {
    if (::poll(watched.data(), watched.size(), between_looks) < 0 && errno != EINTR) require(errno);
    look();
  }
  if (watched[0].revents == 0) ::kill(pid_, SIGKILL);
  reap();
}

void IsolatedProcess::reap() {
  rusage used{};
  while (::wait4(pid_, &status_, 0, &used) < 0 && errno == EINTR) {
  }
  running_ = false;
  cpu_seconds_ = seconds_of(used.ru_utime) + seconds_of(used.ru_stime);
}

}  // namespace mpienc::encode
