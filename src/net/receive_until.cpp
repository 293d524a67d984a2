#include "mpienc/net/receive_until.hpp"

namespace mpienc::net {

bool receive_until(Transport& transport, Wakeup& wakeup, std::chrono::milliseconds limit,
                   const std::function<bool()>& done, const std::function<void(const Incoming&)>& handle) {
  using Clock = std::chrono::steady_clock;
  const auto deadline = Clock::now() + limit;
  Backoff backoff;
  while (!done()) {
    if (const auto incoming = transport.receive()) {
      backoff.reset();
      handle(*incoming);
    } else if (transport.transferring()) {
      wakeup.wait_for(Backoff::kShortest);
    } else if (!done()) {
      wakeup.wait_for(backoff.next());
    }
    if (Clock::now() >= deadline) return done();
  }
  return true;
}

}  // namespace mpienc::net
