#include <algorithm>
#include <map>

#include "net_job.hpp"

namespace mpienc::net {
namespace {

constexpr std::size_t kBigPayload = 50'000'000;

Message note(Operation operation) {
  return {.operation = operation, .chunk = -1, .attempt = 0, .payload = nullptr};
}

/// The highest rank streams a big payload to rank 0 while the others exchange small notes with rank 0.
void coordinator(Transport& transport) {
  const int streamer = transport.size() - 1;
  int present = 0;
  run_until(
      transport, [&] { return present == transport.size(); }, [&](const Incoming&) { ++present; });
  for (int to = 0; to < transport.size(); ++to) transport.send(to, note(Operation::setup));

  bool whole = false;
  bool started = false;
  int stopped = 0;
  std::map<int, int> notes_before_whole;
  run_until(
      transport, [&] { return whole && stopped == transport.size() && transport.flushed(); },
      [&](const Incoming& incoming) {
        switch (incoming.message.operation) {
          case Operation::result:
            whole = true;
            ASSERT_EQ(incoming.from, streamer);
            ASSERT_EQ(incoming.message.payload->size(), kBigPayload);
            EXPECT_TRUE(std::all_of(incoming.message.payload->begin(), incoming.message.payload->end(),
                                    [](std::byte byte) { return byte == std::byte{0x5a}; }));
            for (int to = 0; to < transport.size(); ++to) transport.send(to, note(Operation::quit));
            break;
          case Operation::heartbeat:
            if (!whole) ++notes_before_whole[incoming.from];
            transport.send(incoming.from, note(Operation::heartbeat));
            break;
          case Operation::setup:
            started = true;
            transport.send(0, note(Operation::hello));
            if (streamer == 0) {
              transport.send(0, {.operation = Operation::result,
                                 .chunk = 0,
                                 .attempt = 0,
                                 .payload = std::make_shared<const Bytes>(kBigPayload, std::byte{0x5a})});
            }
            break;
          case Operation::hello: ++stopped; break;
          case Operation::quit: break;
          default: FAIL() << "unexpected operation";
        }
      });
  EXPECT_TRUE(started);
  for (int rank = 1; rank < streamer; ++rank) EXPECT_GT(notes_before_whole[rank], 0) << "rank " << rank;
}

void worker(Transport& transport) {
  const bool streams = transport.rank() == transport.size() - 1;
  bool quit = false;
  run_until(
      transport, [&] { return quit && transport.flushed(); },
      [&](const Incoming& incoming) {
        if (incoming.message.operation == Operation::quit) {
          quit = true;
          transport.send(0, note(Operation::hello));
        } else if (streams) {
          transport.send(0, {.operation = Operation::result,
                             .chunk = 0,
                             .attempt = 0,
                             .payload = std::make_shared<const Bytes>(kBigPayload, std::byte{0x5a})});
        } else if (!quit) {
          transport.send(0, note(Operation::heartbeat));
        }
      });
}

void run(Transport& transport) {
  transport.send(0, note(Operation::hello));
  transport.rank() == 0 ? coordinator(transport) : worker(transport);
}

}  // namespace
}  // namespace mpienc::net

int main(int argc, char** argv) { return mpienc::net::run_rank(argc, argv, mpienc::net::run); }
