#include "mpienc/app/stop_signal.hpp"

#include <array>
#include <csignal>
#include <ctime>
#include <optional>
#include <utility>

#include <unistd.h>

#include "mpienc/core/error.hpp"
#include "mpienc/net/exit_timer.hpp"

namespace mpienc::app {

namespace {

using Clock = std::chrono::steady_clock;
constexpr std::array signals{SIGINT, SIGTERM, SIGHUP, SIGUSR1, SIGUSR2};
constexpr timespec look_interval{0, 50'000'000};
/// Longer between two looks: the process was stopped, or the host is too busy to tell.
constexpr auto longest_between_looks = std::chrono::milliseconds(250);
/// timeout(1) sends its signal to the process and then to its group: that is one wish, not two.
constexpr auto same_wish = std::chrono::milliseconds(100);
constexpr auto longest_last_acts = std::chrono::milliseconds(100);

sigset_t signal_set() {
  sigset_t set;
  sigemptyset(&set);
  for (const int number : signals) sigaddset(&set, number);
  sigaddset(&set, SIGCONT);
  return set;
}

/// Open MPI's daemon ends its ranks by CONT, TERM a second later and KILL after another: the CONT is the word
/// to leave, unless it wakes a process that was stopped.
bool told_to_leave(const siginfo_t& info, Clock::duration awake) {
  return info.si_code == SI_USER && info.si_pid == ::getppid() && awake > longest_between_looks;
}

}  // namespace

StopSignal::StopSignal(std::function<void()> wake, Parent parent, std::chrono::milliseconds patience)
    : wake_(std::move(wake)), parent_(parent), patience_(patience) {
  const auto set = signal_set();
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  thread_ = std::jthread([this](const std::stop_token& stop) { watch(stop); });
}

StopSignal::~StopSignal() = default;

void StopSignal::watch(const std::stop_token& stop) {
  const auto set = signal_set();
  std::optional<Clock::time_point> first;
  auto last_look = Clock::now(), awake_since = last_look;
  while (!stop.stop_requested()) {
    siginfo_t info{};
    int number = sigtimedwait(&set, &info, &look_interval);
    const auto now = Clock::now();
    if (now - std::exchange(last_look, now) > longest_between_looks) awake_since = now;
    if (number == SIGCONT && !(parent_ == Parent::mpi && told_to_leave(info, now - awake_since))) number = 0;
    if (first && number == SIGINT && now - *first > same_wish) end(true);
    if (number > 0 && !first) {
      first = now;
      receive(number);
    }
    if (first && now - *first >= patience_) end(false);
  }
}

void StopSignal::receive(int number) {
  {
    const std::lock_guard lock(mutex_);
    if (finished_) return;
    wished_ = number == SIGUSR1 || number == SIGUSR2;
    received_ = true;
  }
  wake_();
}

bool StopSignal::finish() {
  const std::lock_guard lock(mutex_);
  finished_ = !received_;
  return finished_;
}

/// Still holds the lock when the process ends: what the acts use stays.
void StopSignal::end(bool insisted) {
  std::unique_lock lock(mutex_);
  if (finished_ && !insisted) return;
  const int status = static_cast<int>(finished_ ? ExitStatus::success : ExitStatus::interrupted);
  const net::ExitTimer timer(longest_last_acts, status);
  if (!finished_) {
    for (const auto& act : acts_) act();
  }
  _exit(status);
}

StopSignal::LastAct::LastAct(StopSignal& signal, std::function<void()> act) : signal_(signal) {
  const std::lock_guard lock(signal_.mutex_);
  place_ = signal_.acts_.insert(signal_.acts_.begin(), std::move(act));
}

StopSignal::LastAct::~LastAct() {
  const std::lock_guard lock(signal_.mutex_);
  signal_.acts_.erase(place_);
}

}  // namespace mpienc::app
