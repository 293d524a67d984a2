#include <gmock/gmock.h>

#include "mpienc/net/outbox.hpp"

namespace mpienc::net {
namespace {

using testing::ElementsAre;

constexpr std::size_t kThreeFrames = 2 * kMaxFramePayload + 1;

Message message_of(Operation operation, int chunk, std::size_t size) {
  return {.operation = operation,
          .chunk = chunk,
          .attempt = 0,
          .payload = std::make_shared<const Bytes>(size, static_cast<std::byte>(chunk))};
}

/// The chunks of the messages in the order in which an assembler gives them.
struct Peer {
  void take(Outbox& outbox, int frames) {
    for (int i = 0; i < frames && !outbox.empty(); ++i) {
      outbox.next(frame);
      if (const auto message = assembler.add(frame)) {
        order.push_back(message->chunk);
        for (const auto byte : *message->payload) whole &= byte == static_cast<std::byte>(message->chunk);
      }
    }
  }
  FrameAssembler assembler{1};
  Bytes frame;
  std::vector<int> order;
  bool whole = true;
};

TEST(MayOvertake, IsForReportsThatSteerNoChunk) {
  for (std::uint32_t i = 0; i <= static_cast<std::uint32_t>(Operation::bye); ++i) {
    const auto operation = static_cast<Operation>(i);
    EXPECT_EQ(may_overtake(operation), operation == Operation::heartbeat || operation == Operation::started)
        << i;
  }
}

TEST(Outbox, SendsReportsBetweenTheFramesOfALongMessage) {
  Outbox outbox;
  Peer peer;
  EXPECT_TRUE(outbox.empty());
  outbox.add(message_of(Operation::result, 1, kThreeFrames));
  outbox.add(message_of(Operation::result, 2, 10));
  peer.take(outbox, 1);
  outbox.add(message_of(Operation::heartbeat, 3, 8));
  outbox.add(message_of(Operation::started, 4, 12));
  outbox.add(message_of(Operation::heartbeat, 5, 8));
  peer.take(outbox, 100);
  EXPECT_THAT(peer.order, ElementsAre(3, 4, 5, 1, 2));
  EXPECT_TRUE(peer.whole);
  EXPECT_TRUE(outbox.empty());
}

TEST(Outbox, NeverLetsWhatSteersAChunkPassItsTask) {
  Outbox outbox;
  Peer peer;
  outbox.add(message_of(Operation::task, 1, kThreeFrames));
  peer.take(outbox, 1);
  outbox.add(message_of(Operation::steal, 2, 4));
  outbox.add(message_of(Operation::cancel, 3, 4));
  outbox.add(message_of(Operation::quit, 4, 4));
  outbox.add(message_of(Operation::bye, 5, 4));
  peer.take(outbox, 100);
  EXPECT_THAT(peer.order, ElementsAre(1, 2, 3, 4, 5));
}

TEST(Outbox, KeepsAReportOfMoreThanAFrameInItsPlace) {
  Outbox outbox;
  Peer peer;
  outbox.add(message_of(Operation::result, 1, kThreeFrames));
  peer.take(outbox, 1);
  outbox.add(message_of(Operation::heartbeat, 2, kThreeFrames));
  outbox.add(message_of(Operation::heartbeat, 3, kMaxFramePayload));
  peer.take(outbox, 100);
  EXPECT_THAT(peer.order, ElementsAre(3, 1, 2));
  EXPECT_TRUE(peer.whole);
}

}  // namespace
}  // namespace mpienc::net
