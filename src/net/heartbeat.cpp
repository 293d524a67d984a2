#include "mpienc/net/heartbeat.hpp"

#include <memory>

namespace mpienc::net {

void Heartbeat::beat(Transport& transport, const std::set<int>& ranks, Clock::time_point now,
                     const std::function<Bytes()>& payload) {
  if (now < next_) return;
  next_ = now + kInterval;
  const auto bytes = payload ? std::make_shared<const Bytes>(payload()) : nullptr;
  for (const int rank : ranks) transport.send(rank, {Operation::heartbeat, -1, 0, bytes});
}

std::set<int> other_ranks(const Transport& transport, const std::set<int>& lost) {
  std::set<int> ranks;
  for (int rank = 0; rank < transport.size(); ++rank) {
    if (rank != transport.rank() && !lost.contains(rank)) ranks.insert(rank);
  }
  return ranks;
}

}  // namespace mpienc::net
