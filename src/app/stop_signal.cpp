#include "mpienc/app/stop_signal.hpp"

#include <csignal>
#include <ctime>

#include <unistd.h>

#include "mpienc/core/error.hpp"

namespace mpienc::app {

StopSignal::StopSignal(std::function<void()> wake) : wake_(std::move(wake)) {
  sigset_t signals;
  sigemptyset(&signals);
  for (const int number : {SIGINT, SIGTERM, SIGHUP, SIGUSR1, SIGUSR2}) sigaddset(&signals, number);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  thread_ = std::jthread([this, signals](const std::stop_token& stop) {
    constexpr timespec patience{0, 200'000'000};
    while (!stop.stop_requested()) {
      if (sigtimedwait(&signals, nullptr, &patience) > 0) {
        if (received_.exchange(true)) _exit(static_cast<int>(ExitStatus::interrupted));
        wake_();
      }
    }
  });
}

}  // namespace mpienc::app
