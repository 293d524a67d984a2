#pragma once

#include <deque>

#include "mpienc/net/transport.hpp"

namespace mpienc::net {

/// Rank 0 of 1 without MPI: what it sends, it receives.
class LocalTransport final : public Transport {
 public:
  [[nodiscard]] int rank() const override { return 0; }
  [[nodiscard]] int size() const override { return 1; }
  void send(int to, Message message) override;
  [[nodiscard]] std::optional<Incoming> receive() override;
  [[nodiscard]] bool transferring() const override { return false; }
  [[nodiscard]] bool flushed() const override { return true; }
  [[nodiscard]] std::int64_t bytes_sent() const override { return 0; }
  [[nodiscard]] bool needs_polling() const override { return false; }

 private:
  std::deque<Message> queue_;
};

}  // namespace mpienc::net
