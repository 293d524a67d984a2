#include <gtest/gtest.h>

#include <atomic>
#include <random>
#include <thread>

#include "mpienc/net/wakeup.hpp"

namespace mpienc::net {
namespace {

struct FakeTransport final : Transport {
  [[nodiscard]] int rank() const override { return 0; }
  [[nodiscard]] int size() const override { return 1; }
  void send(int, Message) override {}
  [[nodiscard]] std::optional<Incoming> receive() override { return std::nullopt; }
  [[nodiscard]] bool transferring() const override { return busy; }
  [[nodiscard]] bool flushed() const override { return true; }
  [[nodiscard]] std::int64_t bytes_sent() const override { return 0; }
  [[nodiscard]] bool needs_polling() const override { return polling; }
  bool busy = false;
  bool polling = true;
};

TEST(Wakeup, ANotifyBeforeTheWaitIsKeptAndUsedOnce) {
  Wakeup wakeup;
  wakeup.notify();
  wakeup.notify();
  EXPECT_TRUE(wakeup.wait_for(std::nullopt));
  EXPECT_FALSE(wakeup.wait_for(Wait(1)));
}

TEST(Wakeup, NoNotifyOfAnotherThreadIsLost) {
  std::mt19937_64 random(4);
  for (int round = 0; round < 50; ++round) {
    Wakeup wakeup;
    std::atomic<int> produced = 0;
    const int total = 1 + static_cast<int>(random() % 50);
    std::thread producer([&] {
      for (int i = 0; i < total; ++i) {
        ++produced;
        wakeup.notify();
      }
    });
    while (produced < total) wakeup.wait_for(std::nullopt);
    producer.join();
  }
}

TEST(Backoff, DoublesFromShortestToLongestUntilReset) {
  Backoff backoff;
  Wait expected = Backoff::kShortest;
  for (int i = 0; i < 10; ++i) {
    EXPECT_EQ(backoff.next(), expected);
    expected = std::min(expected * 2, Backoff::kLongest);
  }
  EXPECT_EQ(backoff.next(), Wait(2000));
  backoff.reset();
  EXPECT_EQ(backoff.next(), Wait(50));
}

TEST(Backoff, GoesOnToWhereItMayAndComesBack) {
  Backoff backoff;
  for (int i = 0; i < 10; ++i) static_cast<void>(backoff.next(Backoff::kPatient));
  EXPECT_EQ(backoff.next(Backoff::kPatient), Wait(8000));
  EXPECT_EQ(backoff.next(), Wait(2000)) << "a lane has become free";
  EXPECT_EQ(backoff.next(Backoff::kPatient), Wait(2000));
  EXPECT_EQ(backoff.next(Backoff::kPatient), Wait(4000));
}

TEST(NextWait, StaysShortWhileTransferringAndHasNoLimitWithoutPolling) {
  FakeTransport transport;
  Backoff backoff;
  transport.busy = true;
  for (int i = 0; i < 10; ++i) EXPECT_EQ(next_wait(transport, backoff), Backoff::kShortest);
  transport.busy = false;
  for (int i = 0; i < 10; ++i) static_cast<void>(next_wait(transport, backoff));
  EXPECT_EQ(next_wait(transport, backoff), Backoff::kLongest);
  transport.polling = false;
  EXPECT_EQ(next_wait(transport, backoff), std::nullopt);
}

}  // namespace
}  // namespace mpienc::net
