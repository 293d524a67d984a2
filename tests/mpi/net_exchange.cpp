#include <cstdlib>
#include <map>
#include <random>
#include <string_view>

#include "net_job.hpp"

namespace mpienc::net {
namespace {

constexpr int kMessagesPerPair = 60;

std::mt19937_64 generator(int from, int to, int index) {
  std::seed_seq seed{from, to, index};
  return std::mt19937_64(seed);
}

/// Every rank can work out what every other rank sends.
Message expected(int from, int to, int index) {
  auto random = generator(from, to, index);
  const auto size = random() % (1U << (random() % 21));
  auto payload = std::make_shared<Bytes>(size);
  for (auto& byte : *payload) byte = static_cast<std::byte>(random() >> 24);
  return {.operation = index % 2 == 0 ? Operation::task : Operation::result,
          .chunk = index,
          .attempt = from * 1000 + to,
          .payload = std::move(payload)};
}

std::size_t hash_of(const std::shared_ptr<const Bytes>& payload) {
  if (!payload) return std::hash<std::string_view>{}("");
  return std::hash<std::string_view>{}({reinterpret_cast<const char*>(payload->data()), payload->size()});
}

void exchange_between_all_pairs(Transport& transport) {
  const int rank = transport.rank();
  const int size = transport.size();
  for (int index = 0; index < kMessagesPerPair; ++index) {
    for (int to = 0; to < size; ++to) transport.send(to, expected(rank, to, index));
  }
  std::map<int, int> next;
  int received = 0;
  run_until(
      transport, [&] { return received == kMessagesPerPair * size && transport.flushed(); },
      [&](const Incoming& incoming) {
        ++received;
        const auto wanted = expected(incoming.from, rank, next[incoming.from]++);
        ASSERT_EQ(incoming.message.chunk, wanted.chunk) << "order of rank " << incoming.from;
        ASSERT_EQ(incoming.message.attempt, wanted.attempt);
        ASSERT_EQ(incoming.message.operation, wanted.operation);
        ASSERT_EQ(hash_of(incoming.message.payload), hash_of(wanted.payload))
            << "from rank " << incoming.from;
      });
  EXPECT_EQ(static_cast<int>(next.size()), size);
}

}  // namespace
}  // namespace mpienc::net

int main(int argc, char** argv) {
  return mpienc::net::run_rank(argc, argv, mpienc::net::exchange_between_all_pairs);
}
