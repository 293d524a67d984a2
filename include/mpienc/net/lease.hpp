#pragma once

#include <algorithm>
#include <chrono>

namespace mpienc::net {

/// How long a peer may stay silent. Only time in which this process was listening counts: where it was
/// stopped itself, or busy, between two looks, it could not have heard anything.
class Lease {
 public:
  using Clock = std::chrono::steady_clock;
  /// Between two looks no more than this counts as silence.
  static constexpr Clock::duration kLongestLook = std::chrono::seconds(1);

  explicit Lease(Clock::duration limit) : limit_(limit) {}
  /// From now on another limit holds.
  void set_limit(Clock::duration limit) { limit_ = limit; }
  /// The peer was heard.
  void renew() { silence_ = {}; }
  /// So far, as of the last expired().
  [[nodiscard]] Clock::duration silence() const { return silence_; }
  /// To be asked several times a second, after all that has arrived has been taken.
  [[nodiscard]] bool expired(Clock::time_point now) {
    if (looked_ != Clock::time_point()) silence_ += std::min(now - looked_, kLongestLook);
    looked_ = now;
    return silence_ >= limit_;
  }

 private:
  Clock::duration limit_;
  Clock::duration silence_{};
  Clock::time_point looked_;
};

}  // namespace mpienc::net
