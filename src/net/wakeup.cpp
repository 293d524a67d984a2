#include "mpienc/net/wakeup.hpp"

#include <algorithm>
#include <utility>

namespace mpienc::net {

void Wakeup::notify() {
  {
    const std::lock_guard lock(mutex_);
    notified_ = true;
  }
  condition_.notify_one();
}

bool Wakeup::wait_for(std::optional<Wait> limit) {
  std::unique_lock lock(mutex_);
  const auto notified = [this] { return notified_; };
  if (limit) {
    condition_.wait_for(lock, *limit, notified);
  } else {
    condition_.wait(lock, notified);
  }
  return std::exchange(notified_, false);
}

Wait Backoff::next(Wait longest) {
  const auto wait = std::min(next_, longest);
  next_ = std::min(wait * 2, longest);
  return wait;
}

std::optional<Wait> next_wait(const Transport& transport, Backoff& backoff, Wait longest) {
  if (!transport.needs_polling()) return std::nullopt;
  if (transport.transferring()) backoff.reset();
  return backoff.next(longest);
}

}  // namespace mpienc::net
