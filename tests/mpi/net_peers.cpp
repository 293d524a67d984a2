#include <functional>
#include <map>
#include <string_view>

#include "net_job.hpp"

namespace mpienc::net {
namespace {

constexpr int kPayloadsPerPair = 3;
constexpr std::size_t kPayloadBytes = 4'000'000;

/// Every rank can work out what every other rank passes on.
std::shared_ptr<const Bytes> payload_of(int from, int to, int index) {
  auto payload =
      std::make_shared<Bytes>(kPayloadBytes + static_cast<std::size_t>(from * 1000 + to * 100 + index));
  auto state = static_cast<std::uint32_t>(from * 97 + to * 31 + index + 1);
  for (auto& byte : *payload) {
    state = state * 1664525U + 1013904223U;
    byte = static_cast<std::byte>(state >> 24);
  }
  return payload;
}

/// Each rank but 0 passes chunks on to each other one and results to rank 0, which gives orders to all.
void pass_on(Transport& transport) {
  const int rank = transport.rank();
  const int size = transport.size();
  const int peers = rank == 0 ? 0 : size - 2;
  std::int64_t sent_bytes = 0;
  if (rank == 0) {
    for (int index = 0; index < kPayloadsPerPair; ++index) {
      for (int to = 1; to < size; ++to) {
        transport.send(to, {Operation::task, index, 0, payload_of(0, to, index)});
        transport.send(to, {Operation::steal, index, 0, std::make_shared<const Bytes>(4)});
        sent_bytes += static_cast<std::int64_t>(kPayloadBytes) + to * 100 + index + 4;
      }
    }
  }
  std::map<int, int> tasks, steals, moved;
  const auto complete = [&] {
    if (rank == 0) {
      for (int from = 1; from < size; ++from) {
        if (moved[from] < kPayloadsPerPair) return false;
      }
      return transport.flushed();
    }
    int total = 0;
    for (const auto& [from, count] : tasks) total += count;
    return total == kPayloadsPerPair * (peers + 1) && steals[0] == kPayloadsPerPair && transport.flushed();
  };
  run_until(transport, complete, [&](const Incoming& incoming) {
    const auto& [from, message] = incoming;
    switch (message.operation) {
      case Operation::result:
        ASSERT_EQ(message.chunk, moved[from]);
        ASSERT_TRUE(*message.payload == *payload_of(from, rank, message.chunk)) << "from rank " << from;
        break;
      case Operation::task:
        ASSERT_EQ(message.chunk, tasks[from]++) << "order of rank " << from;
        ASSERT_TRUE(*message.payload == *payload_of(from, rank, message.chunk)) << "from rank " << from;
        break;
      case Operation::steal:
        ASSERT_EQ(message.chunk, steals[from]++);
        ASSERT_EQ(tasks[0], message.chunk + 1) << "a steal passed its task";
        for (int to = 1; to < size; ++to) {
          if (to == rank) continue;
          transport.send(to, {Operation::task, message.chunk, 0, payload_of(rank, to, message.chunk)});
          sent_bytes += static_cast<std::int64_t>(kPayloadBytes) + rank * 1000 + to * 100 + message.chunk;
        }
        transport.send(0, {Operation::result, message.chunk, 0, payload_of(rank, 0, message.chunk)});
        sent_bytes += static_cast<std::int64_t>(kPayloadBytes) + rank * 1000 + message.chunk;
        transport.send(0, {Operation::moved, message.chunk, 0, nullptr});
        break;
      case Operation::moved: ASSERT_EQ(message.chunk, moved[from]++); break;
      default: FAIL() << "unexpected operation";
    }
  });
  EXPECT_EQ(transport.bytes_sent(), sent_bytes);
}

}  // namespace
}  // namespace mpienc::net

int main(int argc, char** argv) { return mpienc::net::run_rank(argc, argv, mpienc::net::pass_on); }
