#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <memory>
#include <numeric>
#include <thread>
#include <vector>

#include "mpienc/app/bounded_queue.hpp"

namespace mpienc::app {
namespace {

TEST(BoundedQueue, GivesItemsInOrder) {
  BoundedQueue<int> queue(3);
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(queue.push(i));
  for (int i = 0; i < 3; ++i) EXPECT_EQ(queue.pop(), i);
  EXPECT_EQ(queue.try_pop(), std::nullopt);
}

TEST(BoundedQueue, HoldsNoMoreThanItsCapacity) {
  BoundedQueue<int> queue(2);
  std::atomic<int> pushed = 0;
  std::jthread producer([&] {
    for (int i = 0; i < 1000; ++i) {
      queue.push(i);
      ++pushed;
    }
    queue.close();
  });
  int taken = 0;
  while (const auto item = queue.pop()) {
    EXPECT_EQ(*item, taken);
    ++taken;
    EXPECT_LE(pushed, taken + 2);
  }
  EXPECT_EQ(taken, 1000);
}

TEST(BoundedQueue, GivesEachItemOnceBetweenManyThreads) {
  constexpr int each = 2000;
  BoundedQueue<int> queue(4);
  std::vector<std::future<std::vector<int>>> consumers;
  for (int i = 0; i < 4; ++i) {
    consumers.push_back(std::async(std::launch::async, [&] {
      std::vector<int> got;
      while (const auto item = queue.pop()) got.push_back(*item);
      return got;
    }));
  }
  {
    std::vector<std::jthread> producers;
    for (int p = 0; p < 3; ++p) {
      producers.emplace_back([&queue, p] {
        for (int i = 0; i < each; ++i) queue.push(p * each + i);
      });
    }
  }
  queue.close();
  std::vector<int> count(3 * each, 0);
  for (auto& consumer : consumers) {
    for (const int item : consumer.get()) ++count[static_cast<std::size_t>(item)];
  }
  EXPECT_EQ(count, std::vector<int>(3 * each, 1));
}

TEST(BoundedQueue, CloseLeavesWhatIsInIt) {
  BoundedQueue<int> queue(2);
  queue.push(1);
  queue.push(2);
  queue.close();
  EXPECT_FALSE(queue.push(3));
  EXPECT_EQ(queue.pop(), 1);
  EXPECT_EQ(queue.try_pop(), 2);
  EXPECT_EQ(queue.pop(), std::nullopt);
}

TEST(BoundedQueue, AbandonForgetsWhatIsInIt) {
  BoundedQueue<std::shared_ptr<int>> queue(2);
  const auto item = std::make_shared<int>(1);
  queue.push(item);
  queue.abandon();
  EXPECT_EQ(item.use_count(), 1);
  EXPECT_FALSE(queue.push(item));
  EXPECT_EQ(queue.pop(), std::nullopt);
}

using End = void (BoundedQueue<int>::*)();
class EndsWaiting : public testing::TestWithParam<End> {};
INSTANTIATE_TEST_SUITE_P(CloseAndAbandon, EndsWaiting,
                         testing::Values(&BoundedQueue<int>::close, &BoundedQueue<int>::abandon));

TEST_P(EndsWaiting, OfEveryConsumer) {
  for (int round = 0; round < 200; ++round) {
    BoundedQueue<int> queue(1);
    std::vector<std::jthread> consumers;
    for (int i = 0; i < 3; ++i) {
      consumers.emplace_back([&queue] { EXPECT_EQ(queue.pop(), std::nullopt); });
    }
    if (round % 2 == 0) std::this_thread::yield();
    (queue.*GetParam())();
  }
}

TEST_P(EndsWaiting, OfEveryProducer) {
  for (int round = 0; round < 200; ++round) {
    BoundedQueue<int> queue(1);
    queue.push(0);
    std::vector<std::jthread> producers;
    for (int i = 0; i < 3; ++i) {
      producers.emplace_back([&queue, i] { EXPECT_FALSE(queue.push(i)); });
    }
    if (round % 2 == 0) std::this_thread::yield();
    (queue.*GetParam())();
  }
}

}  // namespace
}  // namespace mpienc::app
