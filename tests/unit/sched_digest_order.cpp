#include "mpienc/sched/digest_order.hpp"

#include <algorithm>
#include <random>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mpienc::sched {
namespace {

using Step = DigestOrder::Step;

TEST(DigestOrder, GoesThroughTheChunksInOrderEachOnTheRankThatEncodedIt) {
  DigestOrder order(4);
  order.encoded(1, 3);
  EXPECT_EQ(order.next(), std::nullopt) << "chunk 0 is still being encoded";
  EXPECT_FALSE(order.idle());
  order.encoded(0, 2);
  EXPECT_EQ(order.next(), (Step{0, 2}));
  EXPECT_EQ(order.next(), std::nullopt) << "one at a time";
  EXPECT_TRUE(order.ended({0, 2}));
  EXPECT_FALSE(order.ended({0, 2})) << "once";
  EXPECT_EQ(order.next(), (Step{1, 3}));
  EXPECT_TRUE(order.ended({1, 3}));
  EXPECT_TRUE(order.idle());
}

TEST(DigestOrder, SendsWhatALostRankHadToRankZero) {
  DigestOrder order(4);
  for (int chunk = 0; chunk < 3; ++chunk) order.encoded(chunk, 2);
  ASSERT_EQ(order.next(), (Step{0, 2}));
  order.lost(2);
  EXPECT_EQ(order.next(), (Step{0, 0})) << "the one under way";
  EXPECT_EQ(order.next(), std::nullopt);
  EXPECT_FALSE(order.ended({0, 2})) << "what the lost rank had sent comes late";
  EXPECT_TRUE(order.ended({0, 0}));
  EXPECT_EQ(order.next(), (Step{1, 0})) << "and those to come";
}

TEST(DigestOrder, RepeatsAStepThatWasDamaged) {
  DigestOrder order(3);
  order.encoded(0, 1);
  order.encoded(1, 2);
  ASSERT_EQ(order.next(), (Step{0, 1}));
  order.repeat({0, 1});
  EXPECT_FALSE(order.idle());
  EXPECT_EQ(order.next(), (Step{0, 1}));
  order.repeat({0, 2});
  EXPECT_EQ(order.next(), std::nullopt) << "that is not under way";
  order.lost(1);
  EXPECT_EQ(order.next(), (Step{0, 0}));
  order.repeat({0, 1});
  EXPECT_EQ(order.next(), std::nullopt) << "rank 0 has it now";
}

TEST(DigestOrder, SharesChunksThatNobodyEncodedAmongAllRanks) {
  DigestOrder order(3);
  std::vector<int> ranks;
  for (int chunk = 0; chunk < 6; ++chunk) {
    order.encoded(chunk, std::nullopt);
    const auto step = order.next();
    ASSERT_TRUE(step);
    ranks.push_back(step->rank);
    EXPECT_TRUE(order.ended(*step));
  }
  EXPECT_THAT(ranks, testing::ElementsAre(0, 1, 2, 0, 1, 2));
}

TEST(DigestOrder, TakesEveryChunkInOnceInOrderWhateverHappens) {
  for (unsigned seed = 0; seed < 200; ++seed) {
    std::mt19937 random(seed);
    const auto draw = [&](int most) { return std::uniform_int_distribution(0, most)(random); };
    const int ranks = 1 + draw(4), chunks = 40;
    DigestOrder order(ranks);
    std::vector<int> finishing(chunks);
    for (int i = 0; i < chunks; ++i) finishing[static_cast<std::size_t>(i)] = i;
    for (int i = 0; i + 6 < chunks; i += 3) {
      std::shuffle(finishing.begin() + i, finishing.begin() + i + 6, random);
    }
    std::vector<int> taken;
    std::optional<Step> step;
    for (std::size_t at = 0; taken.size() < finishing.size();) {
      if (const auto next = order.next()) step = next;
      const int what = draw(4);
      if (what == 0 && ranks > 1) order.lost(1 + draw(ranks - 2));
      if (what == 1 && step) order.repeat(*std::exchange(step, std::nullopt));
      if (what == 2 && step) {
        if (order.ended(*step)) taken.push_back(step->chunk);
        EXPECT_FALSE(order.ended(*step));
        step.reset();
      }
      if (what > 2 && at < finishing.size()) {
        order.encoded(finishing[at++], draw(1) != 0 ? std::optional(draw(ranks - 1)) : std::nullopt);
      }
    }
    EXPECT_TRUE(std::ranges::is_sorted(taken)) << seed;
    EXPECT_EQ(std::ranges::adjacent_find(taken), taken.end()) << seed;
    EXPECT_TRUE(order.idle()) << seed;
  }
}

}  // namespace
}  // namespace mpienc::sched
