#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>

#include "mpienc/net/transport.hpp"

namespace mpienc::net {

using Wait = std::chrono::microseconds;

/// Where the event loop sleeps: lanes and other threads wake it. A notify before the wait is kept.
class Wakeup {
 public:
  /// From any thread.
  void notify();
  /// Returns at a notify or after `limit` (without limit: only at a notify); true if notified.
  bool wait_for(std::optional<Wait> limit);

 private:
  std::mutex mutex_;
  std::condition_variable condition_;
  bool notified_ = false;
};

/// Waits between polls that double from 50 us to 2 ms: an idle rank then needs under 1 % of a core. Where a
/// message need not be answered at once they go on to 8 ms: at 2 ms a rank of one busy lane took 1.3 % of a
/// core from it, at 8 ms 0.9 % (measured, a chunk every 0.6 s).
class Backoff {
 public:
  static constexpr Wait kShortest{50};
  static constexpr Wait kLongest{2000};
  static constexpr Wait kPatient{8000};

  void reset() { next_ = kShortest; }
  [[nodiscard]] Wait next(Wait longest = kLongest);

 private:
  Wait next_ = kShortest;
};

/// How long the event loop may sleep once receive() has returned nothing; nothing: until notified.
[[nodiscard]] std::optional<Wait> next_wait(const Transport& transport, Backoff& backoff,
                                            Wait longest = Backoff::kLongest);

}  // namespace mpienc::net
