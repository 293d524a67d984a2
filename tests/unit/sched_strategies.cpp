#include "sched_examples.hpp"

namespace mpienc::sched {
namespace {

using testing::IsEmpty;

TEST(Policy, NamesAndStrategiesBelongTogether) {
  for (const std::string_view name : strategy_names()) {
    ASSERT_TRUE(strategy_named(name));
    EXPECT_EQ(name_of(*strategy_named(name)), name);
    EXPECT_EQ(policy_of(*strategy_named(name)).strategy, *strategy_named(name));
  }
  EXPECT_EQ(strategy_named("dynamic"), Strategy::on_demand);
  EXPECT_EQ(strategy_named("static"), Strategy::shares);
  EXPECT_EQ(strategy_named("guided"), Strategy::guided);
  EXPECT_EQ(strategy_named("steal"), Strategy::steal);
  EXPECT_FALSE(strategy_named("fair"));
  EXPECT_EQ(policy_of(Strategy::guided).credits, 0);
}

TEST(OnDemand, TheRankWithMostFreeLanesGetsOneAndNothingBeyondItsLanes) {
  Example e(policy_of(Strategy::on_demand));
  e.join(0, 1);
  e.join(1, 2);
  e.join(2, 0);
  e.plan({1, 1, 1, 1});
  EXPECT_THAT(e.take(), commands(Assign{0, 1}, Assign{1, 0}, Assign{2, 1}));
}

TEST(SharesStrategy, IsOnDemandUntilAllAreMeasuredThenGivesBySpeed) {
  Example e(policy_of(Strategy::shares));
  e.join(0, 1);
  e.join(1, 1);
  e.plan({1, 1, 1, 1, 1, 1, 1, 1});
  EXPECT_THAT(e.take(), commands(Assign{0, 0}, Assign{1, 1}));
  e.finish(0, 0, 1);
  EXPECT_THAT(e.take(), commands(Assign{2, 0}, Release{0}));
  e.finish(1, 1, 1);
  EXPECT_THAT(e.take(),
              commands(Assign{3, 1}, Assign{4, 0}, Assign{5, 1}, Assign{6, 0}, Assign{7, 1}, Release{1}));
  e.plan({1});
  EXPECT_THAT(e.take(), commands(Assign{8, 0})) << "at once, though no lane is free";
}

TEST(SharesStrategy, AFasterRankGetsMore) {
  Example e(policy_of(Strategy::shares));
  e.join(0, 1);
  e.join(1, 1);
  e.plan(std::vector<double>(102, 1.0));
  e.finish(0, 0, 1);
  e.finish(1, 1, 4);
  int given[2] = {};
  for (const Command& command : e.take()) {
    if (const auto* assign = std::get_if<Assign>(&command)) ++given[assign->rank];
  }
  const double ratio = e.scheduler.speed(0) / e.scheduler.speed(1);
  EXPECT_GT(ratio, 2);
  EXPECT_NEAR(given[0] / static_cast<double>(given[1]), ratio, 0.15 * ratio);
}

TEST(SharesStrategy, ALostRankNeedNotBeMeasuredAndItsChunksAreGivenAnew) {
  Example e(policy_of(Strategy::shares));
  e.join(0, 1);
  e.join(1, 1);
  e.plan({1, 1, 1, 1});
  e.finish(0, 0, 1);
  e.forget();
  e.lose(1);
  EXPECT_THAT(e.take(), commands(Assign{1, 0}, Assign{3, 0}));
}

TEST(SharesStrategy, ALateRankStartsLevelWithTheOthers) {
  Example e(policy_of(Strategy::shares));
  e.join(0, 1);
  e.plan({1, 1, 1, 1, 1});
  e.finish(0, 0, 1);
  e.join(1, 1);
  e.forget();
  e.plan({1, 1, 1, 1});
  EXPECT_THAT(e.take(), commands(Assign{5, 0}, Assign{6, 1}, Assign{7, 0}, Assign{8, 1}));
}

TEST(Guided, BatchesShrinkWithTheQueue) {
  Example e(policy_of(Strategy::guided));
  e.plan(std::vector<double>(12, 1.0));
  e.join(0, 1);
  EXPECT_EQ(e.take().size(), 6U) << "half of all: it is the only one";
  e.join(1, 2);
  EXPECT_EQ(e.take().size(), 2U) << "6 * 2 / (2 * 3)";
  for (int chunk = 0; chunk < 5; ++chunk) {
    e.finish(chunk, 0, 1);
    EXPECT_THAT(e.take(), commands(Release{chunk})) << "it has more to do";
  }
  e.finish(5, 0, 1);
  EXPECT_THAT(e.take(), commands(Assign{8, 0}, Release{5})) << "ceil(4 * 1 / 6)";
}

TEST(Steal, FreeLanesFirstThenCreditsOfMeasuredRanksWhereTheWaitIsShortest) {
  Example e({.credits = 1, .credit_seconds = at_once});
  e.join(0, 1);
  e.join(1, 1);
  e.plan({1, 1, 5, 1, 1, 1, 1});
  EXPECT_THAT(e.take(), commands(Assign{0, 0}, Assign{1, 1})) << "nobody is measured";
  e.now = 1;
  e.finish(0, 0, 1);
  EXPECT_THAT(e.take(), commands(Assign{2, 0}, Assign{3, 0}, Release{0}));
  e.finish(1, 1, 1);
  EXPECT_THAT(e.take(), commands(Assign{4, 1}, Assign{5, 1}, Release{1}));
  e.finish(3, 0, 1);
  e.finish(4, 1, 1);
  EXPECT_THAT(e.take(), commands(Assign{6, 0}));
}

TEST(Steal, ARankThatIsClearlySlowerGetsNoCredits) {
  Example e({.credits = 1, .credit_seconds = at_once});
  e.join(0, 1);
  e.join(1, 1);
  e.plan({1, 1, 1, 1, 1, 1});
  e.finish(0, 0, 1);
  e.finish(1, 1, 5);
  EXPECT_THAT(e.take(), commands(Assign{0, 0}, Assign{1, 1}, Assign{2, 0}, Assign{3, 0}, Release{0},
                                 Assign{4, 1}, Release{1}));
}

/// Two ranks of one lane that have begun their second chunk at 0; rank 1 needs 8 s for it, rank 0 12 s.
struct JustInTime : Example {
  explicit JustInTime(double seconds = 8) : Example({.credits = 2, .copies = false}) {
    join(0, 1);
    join(1, 1);
    plan({8, 8, 12, 8});
    finish(0, 0, 8);
    finish(1, 1, 8);
    start(2, 0);
    start(3, 1);
    now = 4;
    forget();
    plan({seconds, seconds, seconds});
  }
  void tick_at(double time) {
    now = time;
    scheduler.tick(now);
  }
};

TEST(Steal, ACreditIsSentShortlyBeforeALaneIsFreeForIt) {
  JustInTime e;
  EXPECT_THAT(e.take(), IsEmpty()) << "rank 1 is free at 8";
  e.tick_at(7.4);
  EXPECT_THAT(e.take(), IsEmpty());
  e.tick_at(7.6);
  EXPECT_THAT(e.take(), commands(Assign{4, 1})) << "the second one would wait for 8 s";
  e.tick_at(11.6);
  EXPECT_THAT(e.take(), commands(Assign{5, 0}));
}

TEST(Steal, ACreditIsSentEarlierWhereDeliveryTakesLong) {
  Example e({.credits = 2, .copies = false});
  e.join(0, 1);
  e.plan({8, 8, 8});
  e.now = 0.1;
  e.start(0, 0);
  e.now = 8.1;
  e.finish(0, 0, 8);
  e.now = 8.2;
  e.start(1, 0);
  e.forget();
  e.now = 14.1;
  e.scheduler.tick(e.now);
  EXPECT_THAT(e.take(), IsEmpty()) << "it begins at 16.2";
  e.now = 14.3;
  e.scheduler.tick(e.now);
  EXPECT_THAT(e.take(), commands(Assign{2, 0})) << "1.5 s earlier for 0.1 s on the way, and half a second";
}

TEST(Steal, ACreditThatWasSentEarlierForALongDeliveryIsNotLate) {
  Example e({.credits = 2, .copies = false});
  e.join(0, 1);
  e.join(1, 1);
  e.plan({8, 8, 8, 8, 8, 8});
  e.start(0, 0);
  e.now = 0.2;
  e.start(1, 1);
  e.now = 8;
  e.finish(0, 0, 8);
  e.start(2, 0);
  e.now = 8.2;
  e.finish(1, 1, 8);
  e.now = 8.4;
  e.start(3, 1);
  e.now = 13;
  e.scheduler.tick(e.now);
  e.forget();
  e.finish(2, 0, 8);
  EXPECT_THAT(e.take(), commands(Assign{5, 0}, Release{2}))
      << "chunk 4 begins on rank 1 at 16.4, as it should";
}

TEST(Steal, AShortChunkIsSentAheadLater) {
  JustInTime e(2);
  e.tick_at(7.7);
  EXPECT_THAT(e.take(), IsEmpty());
  e.tick_at(7.8);
  EXPECT_THAT(e.take(), commands(Assign{4, 1}));
}

TEST(Steal, AFreeLaneTakesAnOlderChunkThatWaitsLongBeforeAQueuedOne) {
  JustInTime e;
  e.tick_at(7.6);
  EXPECT_THAT(e.take(), commands(Assign{4, 1}));
  e.tick_at(10);
  e.forget();
  e.finish(2, 0, 12);
  EXPECT_THAT(e.take(), commands(Steal{4, 1, 0}, Release{2})) << "rank 1 is expected to be free at 15 now";
}

TEST(Steal, AFreeLaneTakesAQueuedChunkWhereTheOlderOneWaitsShortly) {
  JustInTime e;
  e.tick_at(7.6);
  e.forget();
  e.finish(2, 0, 12);
  EXPECT_THAT(e.take(), commands(Assign{5, 0}, Release{2}));
}

TEST(Steal, WhatRunningChunksNeedIsExpectedAnewOnceTheFirstResultIsThere) {
  Example e({.credits = 1, .copies = false});
  e.join(0, 2);
  e.plan({1, 1, 1});
  e.start(0, 0);
  e.start(1, 0);
  e.now = 1.5;
  e.finish(0, 0, 40);
  e.plan({1});
  e.start(2, 0);
  e.forget();
  e.now = 39;
  e.scheduler.tick(e.now);
  EXPECT_THAT(e.take(), IsEmpty()) << "chunk 1 is to end at 40, not overdue since 1";
  e.now = 39.6;
  e.scheduler.tick(e.now);
  EXPECT_THAT(e.take(), commands(Assign{3, 0}));
}

TEST(Steal, ARankIsJudgedAnewWhenFasterOnesAreLost) {
  Example e({.credits = 1, .credit_seconds = at_once});
  e.join(0, 1);
  e.join(1, 1);
  e.plan({1, 1, 1, 1, 1, 1, 1});
  e.finish(1, 1, 1);
  e.finish(0, 0, 5);
  e.start(2, 1);
  e.start(4, 0);
  e.forget();
  e.lose(1);
  EXPECT_THAT(e.take(), commands(Assign{2, 0})) << "it is the mean of all now";
}

TEST(Steal, TheFastestFreeRankIsAskedFirstOnceSpeedsDiffer) {
  Example e({.credits = 0});
  e.join(0, 1);
  e.join(1, 1);
  e.plan({1, 1});
  e.start(0, 0);
  e.start(1, 1);
  e.finish(0, 0, 8);
  e.finish(1, 1, 1);
  e.forget();
  e.plan({1});
  EXPECT_THAT(e.take(), commands(Assign{2, 1}));
}

TEST(Steal, AMuchSlowerRankLeavesTheRestToTheOthers) {
  Example e({.credits = 0, .copies = false});
  e.join(0, 1);
  e.join(1, 1);
  e.plan({1, 1, 1, 1, 1});
  e.start(0, 0);
  e.start(1, 1);
  e.now = 1;
  e.finish(0, 0, 1);
  e.start(2, 0);
  e.now = 1.9;
  e.finish(2, 0, 1);
  e.start(3, 0);
  e.complete();
  e.forget();
  e.now = 2;
  e.finish(1, 1, 20);
  EXPECT_THAT(e.take(), commands(Release{1}, Release{2})) << "chunk 4 stays queued";
  e.lose(0);
  EXPECT_THAT(e.take(), commands(Assign{3, 1})) << "nobody else would take it";
  e.finish(3, 1, 20);
  EXPECT_THAT(e.take(), commands(Assign{4, 1}, Release{3}));
}

}  // namespace
}  // namespace mpienc::sched
