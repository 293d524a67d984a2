#include <gtest/gtest.h>

#include "mpienc/core/error.hpp"
#include "mpienc/net/local_transport.hpp"

namespace mpienc::net {
namespace {

TEST(LocalTransport, GivesBackItsMessagesInOrder) {
  LocalTransport transport;
  EXPECT_EQ(transport.rank(), 0);
  EXPECT_EQ(transport.size(), 1);
  EXPECT_FALSE(transport.needs_polling());
  const auto payload = std::make_shared<const Bytes>(100, std::byte{7});
  for (std::int32_t chunk = 0; chunk < 5; ++chunk) {
    transport.send(0, {.operation = Operation::task, .chunk = chunk, .attempt = 0, .payload = payload});
  }
  for (std::int32_t chunk = 0; chunk < 5; ++chunk) {
    const auto incoming = transport.receive();
    ASSERT_TRUE(incoming);
    EXPECT_EQ(incoming->from, 0);
    EXPECT_EQ(incoming->message.chunk, chunk);
    EXPECT_EQ(incoming->message.payload, payload) << "the payload is shared, not copied";
  }
  EXPECT_FALSE(transport.receive());
}

TEST(LocalTransport, RefusesOtherRanks) {
  LocalTransport transport;
  EXPECT_THROW(transport.send(1, {}), Error);
}

}  // namespace
}  // namespace mpienc::net
