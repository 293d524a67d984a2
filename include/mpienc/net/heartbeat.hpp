#pragma once

#include <chrono>
#include <functional>
#include <set>

#include "mpienc/net/transport.hpp"

namespace mpienc::net {

/// Tells other ranks once a second that this one lives.
class Heartbeat {
 public:
  using Clock = std::chrono::steady_clock;
  static constexpr Clock::duration kInterval = std::chrono::seconds(1);

  /// Sends a heartbeat with payload() to each of `ranks`, unless one was sent within the interval.
  void beat(Transport& transport, const std::set<int>& ranks, Clock::time_point now,
            const std::function<Bytes()>& payload = nullptr);

 private:
  Clock::time_point next_;
};

/// All ranks of the transport but its own and `lost`.
[[nodiscard]] std::set<int> other_ranks(const Transport& transport, const std::set<int>& lost = {});

}  // namespace mpienc::net
