#include <gtest/gtest.h>

#include "mpienc/core/error.hpp"
#include "mpienc/sched/rank_pool.hpp"

namespace mpienc::sched {
namespace {

TEST(RankPool, PrefersTheMostFreeLanesThenTheLowestRank) {
  RankPool pool;
  pool.join(0, 1);
  pool.join(2, 2);
  pool.join(1, 2);
  std::vector<int> order;
  for (int chunk = 0; chunk < 5; ++chunk) {
    order.push_back(pool.least_loaded(0).value());
    pool.give(order.back(), chunk);
  }
  EXPECT_EQ(order, (std::vector{1, 2, 0, 1, 2}));
  EXPECT_EQ(pool.least_loaded(0), std::nullopt);
}

TEST(RankPool, SpreadsCreditsEvenlyWhateverTheLanes) {
  RankPool pool;
  pool.join(0, 4);
  pool.join(1, 1);
  for (int chunk = 0; chunk < 5; ++chunk) pool.give(pool.least_loaded(0).value(), chunk);
  std::vector<int> order;
  for (int chunk = 5; chunk < 9; ++chunk) {
    order.push_back(pool.least_loaded(2).value());
    pool.give(order.back(), chunk);
  }
  EXPECT_EQ(order, (std::vector{0, 1, 0, 1}));
  EXPECT_EQ(pool.least_loaded(2), std::nullopt);
}

TEST(RankPool, NeverChoosesARankWithoutLanes) {
  RankPool pool;
  pool.join(0, 0);
  EXPECT_EQ(pool.least_loaded(3), std::nullopt);
  EXPECT_EQ(pool.ranks(), 1);
  EXPECT_EQ(pool.lanes(), 0);
}

TEST(RankPool, CountsBusyLanesWithoutCredits) {
  RankPool pool;
  pool.join(0, 2);
  for (int chunk = 0; chunk < 3; ++chunk) pool.give(0, chunk);
  EXPECT_EQ(pool.busy_lanes(), 2);
  EXPECT_TRUE(pool.take_back(0, 1));
  EXPECT_EQ(pool.busy_lanes(), 2);
  EXPECT_TRUE(pool.take_back(0, 0));
  EXPECT_EQ(pool.busy_lanes(), 1);
  EXPECT_FALSE(pool.take_back(0, 0));
  EXPECT_EQ(pool.busy_lanes(), 1);
}

TEST(RankPool, LosingARankHandsOverWhatItHeld) {
  RankPool pool;
  pool.join(5, 3);
  pool.give(5, 9);
  pool.give(5, 4);
  EXPECT_EQ(pool.lose(5), (RankPool::Chunks{4, 9}));
  EXPECT_EQ(pool.lose(5), RankPool::Chunks{});
  EXPECT_FALSE(pool.take_back(5, 9));
  EXPECT_EQ(pool.ranks(), 0);
  EXPECT_EQ(pool.lanes(), 0);
  EXPECT_EQ(pool.busy_lanes(), 0);
  EXPECT_EQ(pool.least_loaded(1), std::nullopt);
}

TEST(RankPool, RefusesNonsense) {
  RankPool pool;
  EXPECT_THROW(pool.join(0, -1), Error);
  pool.join(0, 1);
  EXPECT_THROW(pool.join(0, 1), Error);
  EXPECT_THROW(pool.give(1, 0), Error);
  pool.give(0, 0);
  EXPECT_THROW(pool.give(0, 0), Error);
}

}  // namespace
}  // namespace mpienc::sched
