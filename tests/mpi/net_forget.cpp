#include <cstdlib>

#include "net_job.hpp"

namespace mpienc::net {
namespace {

constexpr std::size_t kLongPayload = 20'000'000;

Message note(Operation operation, int chunk = -1) { return {operation, chunk, 0, nullptr}; }

std::shared_ptr<const Bytes> long_payload() {
  return std::make_shared<const Bytes>(kLongPayload, std::byte{7});
}

/// Receives until `wanted` messages have come; none may be from `never`.
void await(Transport& transport, int wanted, int never = -1) {
  int count = 0;
  run_until(
      transport, [&] { return count >= wanted; },
      [&](const Incoming& incoming) {
        EXPECT_NE(incoming.from, never) << "a forgotten rank was heard";
        ++count;
      });
}

/// The end of a session with a forgotten rank is that of the job, by rank 0.
[[noreturn]] void wait_for_the_end(Transport& transport) {
  run_until(
      transport, [] { return false; }, [](const Incoming&) {});
  std::abort();
}

/// Begins long messages to the lost rank, forgets it and goes on with the others.
void survive(Transport& transport, int lost) {
  transport.send(lost, {Operation::task, 1, 0, long_payload()});
  transport.send(lost, note(Operation::cancel));
  EXPECT_FALSE(transport.flushed());
  transport.forget(lost);
  EXPECT_TRUE(transport.flushed()) << "nobody waits for what the lost rank was sent";
  transport.send(lost, {Operation::task, 2, 0, long_payload()});
  EXPECT_TRUE(transport.flushed()) << "nothing more is sent to it";
  for (int to = 0; to < lost; ++to) transport.send(to, {Operation::hello, 0, 0, long_payload()});
  const int byes = transport.rank() == 0 ? lost - 1 : 0;
  await(transport, lost + byes, lost);
  if (testing::Test::HasFailure() || transport.rank() == 0) return;
  transport.send(0, note(Operation::bye));
  wait_for_the_end(transport);
}

/// Sends to all, which drop it.
void be_lost(Transport& transport, int others) {
  for (int to = 0; to < others; ++to) {
    transport.send(to, {Operation::result, 1, 0, long_payload()});
    transport.send(to, note(Operation::moved));
  }
  wait_for_the_end(transport);
}

void run(Transport& transport) {
  const int lost = transport.size() - 1;
  if (lost == 0) {
    transport.forget(0);
    transport.send(0, note(Operation::hello));
    await(transport, 1);
  } else if (transport.rank() == lost) {
    be_lost(transport, lost);
  } else {
    survive(transport, lost);
  }
}

}  // namespace
}  // namespace mpienc::net

int main(int argc, char** argv) { return mpienc::net::run_rank(argc, argv, mpienc::net::run); }
