#include "mpienc/net/local_transport.hpp"

#include <fmt/format.h>

#include <utility>

#include "mpienc/core/error.hpp"

namespace mpienc::net {

void LocalTransport::send(int to, Message message) {
  if (to != 0) throw Error(ExitStatus::internal, fmt::format("message to rank {} of a job of one rank", to));
  queue_.push_back(std::move(message));
}

std::optional<Incoming> LocalTransport::receive() {
  if (queue_.empty()) return std::nullopt;
  Incoming incoming{.from = 0, .message = std::move(queue_.front())};
  queue_.pop_front();
  return incoming;
}

}  // namespace mpienc::net
