#include "mpienc/app/rank_activity.hpp"

#include <gmock/gmock.h>

#include "mpienc/app/recent_rate.hpp"

namespace mpienc::app {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(RankActivity, FollowsAChunkFromRankToRank) {
  RankActivity activity;
  activity.assigned(0, 1);
  activity.assigned(1, 1);
  activity.started(0, 1);
  EXPECT_THAT(activity.of(1).running, ElementsAre(0));
  EXPECT_THAT(activity.of(1).held, ElementsAre(1));
  activity.moved(1, 1, 2);
  EXPECT_THAT(activity.of(1).held, IsEmpty());
  EXPECT_THAT(activity.of(2).held, ElementsAre(1));
  EXPECT_EQ(activity.of(1).losses, 1);
  activity.started(1, 2);
  activity.dropped(1, 2);
  EXPECT_THAT(activity.of(2).running, IsEmpty());
  EXPECT_FALSE(activity.of(3).begun);
}

TEST(RankActivity, TheThiefMayBeHeardBeforeTheVictim) {
  RankActivity activity;
  activity.assigned(5, 1);
  activity.started(5, 2);
  activity.moved(5, 1, 2);
  EXPECT_THAT(activity.of(2).running, ElementsAre(5));
  EXPECT_THAT(activity.of(2).held, IsEmpty());
  activity.released(5);
  EXPECT_THAT(activity.of(2).running, IsEmpty());
}

TEST(RankActivity, ALostRankHasNothing) {
  RankActivity activity;
  activity.assigned(1, 1);
  activity.assigned(2, 1);
  activity.started(1, 1);
  activity.lost(1);
  EXPECT_THAT(activity.of(1).running, IsEmpty());
  EXPECT_THAT(activity.of(1).held, IsEmpty());
}

TEST(RecentRate, IsThatOfTheLastTenSeconds) {
  RecentRate rate;
  EXPECT_EQ(rate.per_second(), 0);
  rate.take(0, 0);
  EXPECT_EQ(rate.per_second(), 0);
  for (int second = 1; second <= 100; ++second) rate.take(second, 1000);
  EXPECT_EQ(rate.per_second(), 0) << "what came long ago counts no more";
  for (int second = 101; second <= 120; ++second) rate.take(second, 1000 + 25 * (second - 100));
  EXPECT_DOUBLE_EQ(rate.per_second(), 25);
  for (int second = 121; second <= 140; ++second) rate.take(second, 1500);
  EXPECT_DOUBLE_EQ(rate.per_second(), 25.0 / 21) << "of the last that came, 20 s ago";
  rate.take(141, 3);
  EXPECT_EQ(rate.per_second(), 0) << "a count that begins anew";
}

}  // namespace
}  // namespace mpienc::app
