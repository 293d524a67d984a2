#include "mpienc/net/watchdog.hpp"

#include <unistd.h>

#include <utility>

#include "mpienc/core/error.hpp"

namespace mpienc::net {

Watchdog::Watchdog(std::string line, int looks, std::chrono::milliseconds interval)
    : line_(std::move(line) + "\n"), thread_([this, looks, interval] { watch(looks, interval); }) {}

Watchdog::~Watchdog() {
  {
    const std::lock_guard lock(mutex_);
    ended_ = true;
  }
  condition_.notify_one();
  thread_.join();
}

void Watchdog::watch(int looks, std::chrono::milliseconds interval) {
  StuckCall stuck(looks);
  std::unique_lock lock(mutex_);
  while (!condition_.wait_for(lock, interval, [this] { return ended_; })) {
    if (!stuck.look(calls_.load(std::memory_order_relaxed))) continue;
    [[maybe_unused]] const auto written = write(STDERR_FILENO, line_.data(), line_.size());
    _exit(static_cast<int>(ExitStatus::cluster));
  }
}

}  // namespace mpienc::net
