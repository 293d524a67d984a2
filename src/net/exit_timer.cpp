#include "mpienc/net/exit_timer.hpp"

#include <unistd.h>

namespace mpienc::net {

ExitTimer::ExitTimer(std::chrono::milliseconds limit, int status)
    : thread_([this, limit, status] {
        std::unique_lock lock(mutex_);
        if (!condition_.wait_for(lock, limit, [this] { return disarmed_; })) _exit(status);
      }) {}

ExitTimer::~ExitTimer() {
  {
    const std::lock_guard lock(mutex_);
    disarmed_ = true;
  }
  condition_.notify_one();
  thread_.join();
}

}  // namespace mpienc::net
