#include <gmock/gmock.h>

#include <chrono>
#include <thread>

#include "mpienc/core/error.hpp"
#include "mpienc/net/heartbeat.hpp"
#include "mpienc/net/lease.hpp"
#include "mpienc/net/watchdog.hpp"

namespace mpienc::net {
namespace {

using namespace std::chrono_literals;
const Lease::Clock::time_point kStart = Lease::Clock::time_point() + 1h;

TEST(Lease, EndsAfterItsLimitOfSilence) {
  Lease lease(5s);
  for (auto t = 0ms; t < 5000ms; t += 100ms) EXPECT_FALSE(lease.expired(kStart + t)) << t.count();
  EXPECT_TRUE(lease.expired(kStart + 5s));
  lease.renew();
  EXPECT_FALSE(lease.expired(kStart + 5s + 100ms));
}

TEST(Lease, StartsAgainWheneverThePeerIsHeard) {
  Lease lease(2s);
  for (auto t = 0s; t < 100s; t += 1s) {
    EXPECT_FALSE(lease.expired(kStart + t));
    lease.renew();
  }
}

TEST(Lease, DoesNotCountTimeInWhichNobodyListened) {
  Lease lease(5s);
  EXPECT_FALSE(lease.expired(kStart));
  EXPECT_FALSE(lease.expired(kStart + 1h)) << "this process was stopped; the peer was not silent";
  EXPECT_FALSE(lease.expired(kStart + 1h + 3s));
  for (auto t = 0s; t < 2s; t += 1s) EXPECT_FALSE(lease.expired(kStart + 1h + 4s + t));
  EXPECT_TRUE(lease.expired(kStart + 1h + 6s));
}

TEST(StuckCall, IsOneThatEveryLookFindsTheSame) {
  StuckCall stuck(3);
  for (int i = 0; i < 3; ++i) EXPECT_FALSE(stuck.look(7));
  EXPECT_TRUE(stuck.look(7));
}

TEST(StuckCall, IsNeitherAnIdleThreadNorABusyOne) {
  StuckCall idle(3), busy(3);
  for (int i = 0; i < 100; ++i) {
    EXPECT_FALSE(idle.look(8)) << "between two calls";
    EXPECT_FALSE(busy.look(static_cast<std::uint64_t>(2 * i + 1))) << "always in a call, never in the same";
  }
}

TEST(WatchdogDeathTest, EndsAProcessWhoseCallDoesNotReturn) {
  testing::FLAGS_gtest_death_test_style = "threadsafe";
  EXPECT_EXIT(
      {
        Watchdog dog("stuck", 3, 5ms);
        const Watchdog::Call call(dog);
        std::this_thread::sleep_for(1h);
      },
      testing::ExitedWithCode(static_cast<int>(ExitStatus::cluster)), "stuck");
}

TEST(Watchdog, LeavesAThreadBetweenTwoCallsAlone) {
  Watchdog dog("stuck", 3, 1ms);
  { const Watchdog::Call call(dog); }
  std::this_thread::sleep_for(50ms);
}

struct Beats final : Transport {
  [[nodiscard]] int rank() const override { return 1; }
  [[nodiscard]] int size() const override { return 4; }
  void send(int to, Message message) override {
    EXPECT_EQ(message.operation, Operation::heartbeat);
    payloads.push_back(message.payload ? message.payload->size() : 0);
    to_ranks.push_back(to);
  }
  [[nodiscard]] std::optional<Incoming> receive() override { return std::nullopt; }
  [[nodiscard]] bool transferring() const override { return false; }
  [[nodiscard]] bool flushed() const override { return true; }
  [[nodiscard]] std::int64_t bytes_sent() const override { return 0; }
  std::vector<int> to_ranks;
  std::vector<std::size_t> payloads;
};

TEST(Heartbeat, GoesToEveryRankThatIsLeftOnceASecond) {
  Beats transport;
  Heartbeat heart;
  for (auto t = 0ms; t < 1500ms; t += 100ms) heart.beat(transport, other_ranks(transport, {2}), kStart + t);
  EXPECT_THAT(transport.to_ranks, testing::ElementsAre(0, 3, 0, 3));
}

TEST(Heartbeat, AsksForItsPayloadOnlyWhenItIsDue) {
  Beats transport;
  Heartbeat heart;
  int asked = 0;
  for (auto t = 0ms; t < 1500ms; t += 100ms) {
    heart.beat(transport, {0}, kStart + t, [&] { return Bytes(static_cast<std::size_t>(++asked)); });
  }
  EXPECT_THAT(transport.payloads, testing::ElementsAre(1, 2));
}

}  // namespace
}  // namespace mpienc::net
