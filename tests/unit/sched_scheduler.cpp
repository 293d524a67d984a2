#include "mpienc/core/error.hpp"
#include "sched_examples.hpp"

namespace mpienc::sched {
namespace {

using testing::IsEmpty;

const Policy on_demand = policy_of(Strategy::on_demand);

TEST(Scheduler, HandsOutReleasesInOrderAndFinishes) {
  Example e(on_demand);
  e.join(0, 1);
  e.join(1, 1);
  e.plan({1, 1});
  EXPECT_THAT(e.take(), commands(Assign{0, 0}, Assign{1, 1}));
  e.complete();
  EXPECT_THAT(e.take(), IsEmpty());
  EXPECT_TRUE(e.finish(1, 1, 1));
  EXPECT_THAT(e.take(), IsEmpty()) << "chunk 0 is not there yet";
  EXPECT_TRUE(e.finish(0, 0, 1));
  EXPECT_THAT(e.take(), commands(Release{0}, Release{1}, Finished{}));
  EXPECT_TRUE(e.scheduler.finished());
}

TEST(Scheduler, AnEmptyPlanFinishesAtOnce) {
  Example e;
  e.complete();
  EXPECT_THAT(e.take(), commands(Finished{}));
}

TEST(Scheduler, GivesTheOldestFirstWhileThePlanGoesOnAndTheLongestFirstThen) {
  Example e(on_demand);
  e.join(0, 1);
  e.plan({1, 1, 5, 2, 9});
  e.forget();
  e.finish(0, 0, 1);
  EXPECT_THAT(e.take(), commands(Assign{1, 0}, Release{0}));
  e.complete();
  e.finish(1, 0, 1);
  EXPECT_THAT(e.take(), commands(Assign{4, 0}, Release{1}));
  e.finish(4, 0, 9);
  EXPECT_THAT(e.take(), commands(Assign{2, 0}));
}

TEST(Scheduler, WhatALostRankHeldGoesFirst) {
  Example e(on_demand);
  e.join(0, 1);
  e.join(1, 1);
  e.plan({1, 1, 1, 9});
  e.complete();
  e.forget();
  e.lose(1);
  e.finish(0, 0, 1);
  EXPECT_THAT(e.take(), commands(Assign{1, 0}, Release{0}));
}

TEST(Scheduler, TheOldestGoesBeforeReturnedOnesWhenTheWindowIsFull) {
  Example e(on_demand, {.window = 3, .unfinished = 100});
  e.join(0, 2);
  e.plan({1, 1});
  e.lose(0);
  e.plan({1});
  e.forget();
  e.join(1, 1);
  EXPECT_THAT(e.take(), commands(Assign{0, 1}));
}

TEST(Scheduler, TheFirstResultCountsWhicheverRankOfThePoolItComesFrom) {
  Example e(on_demand);
  e.join(0, 1);
  e.join(1, 1);
  e.plan({1});
  e.forget();
  EXPECT_FALSE(e.finish(0, 7, 1)) << "not in the pool";
  EXPECT_TRUE(e.finish(0, 1, 1)) << "does not hold it";
  EXPECT_THAT(e.take(), commands(Cancel{0, 0}, Release{0}));
  EXPECT_FALSE(e.finish(0, 0, 1)) << "released already";
  EXPECT_EQ(e.scheduler.busy_lanes(), 0);
}

TEST(Scheduler, AResultOfAQueuedChunkSavesGivingItOut) {
  Example e(on_demand);
  e.join(0, 1);
  e.plan({1, 1});
  e.forget();
  EXPECT_TRUE(e.finish(1, 0, 1));
  EXPECT_TRUE(e.finish(0, 0, 1));
  EXPECT_THAT(e.take(), commands(Release{0}, Release{1}));
}

TEST(Scheduler, WantsChunksWhileFewAreUnfinishedOrTheyAreSmall) {
  Example e(on_demand, {.window = 4, .unfinished = 2, .ahead_bytes = 100});
  e.scheduler.chunk_planned(0, {.bytes = 40}, 0);
  e.scheduler.chunk_planned(1, {.bytes = 40}, 0);
  EXPECT_TRUE(e.scheduler.wants_chunk()) << "80 bytes";
  e.scheduler.chunk_planned(2, {.bytes = 40}, 0);
  EXPECT_FALSE(e.scheduler.wants_chunk()) << "3 chunks of 120 bytes";
  e.join(0, 1);
  e.finish(1, 0, 1);
  EXPECT_TRUE(e.scheduler.wants_chunk());
  e.scheduler.chunk_planned(3, {.bytes = 1}, 0);
  EXPECT_FALSE(e.scheduler.wants_chunk()) << "the window is full";
  e.finish(0, 0, 1);
  EXPECT_TRUE(e.scheduler.wants_chunk());
  e.complete();
  EXPECT_FALSE(e.scheduler.wants_chunk());
}

TEST(Scheduler, WantsNoChunkWhileTheUnfinishedAreTooLarge) {
  Example e(on_demand, {.window = 9, .unfinished = 9, .most_bytes = 100});
  e.join(0, 9);
  e.scheduler.chunk_planned(0, {.bytes = 99}, 0);
  EXPECT_TRUE(e.scheduler.wants_chunk());
  e.scheduler.chunk_planned(1, {.bytes = 1}, 0);
  EXPECT_FALSE(e.scheduler.wants_chunk()) << "100 bytes";
  e.finish(1, 0, 1);
  EXPECT_TRUE(e.scheduler.wants_chunk()) << "although chunk 0 holds up the release";
}

TEST(Scheduler, TellsWhatIdleLanesWaitFor) {
  Example e(on_demand, {.window = 2, .unfinished = 100});
  e.join(0, 3);
  EXPECT_EQ(e.scheduler.idle_lanes(), IdleLanes{.reader = 3});
  e.plan({1});
  EXPECT_EQ(e.scheduler.idle_lanes(), (IdleLanes{.reader = 2, .link = 1}));
  e.start(0, 0);
  e.plan({1});
  EXPECT_EQ(e.scheduler.idle_lanes(), (IdleLanes{.link = 1, .window = 1}));
  e.finish(1, 0, 1);
  EXPECT_EQ(e.scheduler.idle_lanes(), IdleLanes{.window = 2});
  e.complete();
  EXPECT_EQ(e.scheduler.idle_lanes(), IdleLanes{.tail = 2});
}

TEST(Scheduler, LanesThatTheLimitOfUnfinishedChunksHoldsBackDoNotWaitForTheReader) {
  Example e(on_demand, {.window = 9, .unfinished = 1, .ahead_bytes = work_of(1.5).bytes});
  e.join(0, 3);
  e.plan({1});
  e.start(0, 0);
  EXPECT_EQ(e.scheduler.idle_lanes(), IdleLanes{.reader = 2}) << "as its payload is small";
  e.plan({1});
  e.start(1, 0);
  EXPECT_EQ(e.scheduler.idle_lanes(), IdleLanes{.window = 1});
}

TEST(Scheduler, LearnsHowFastRanksAre) {
  Example e(on_demand);
  e.join(0, 1);
  e.join(1, 1);
  EXPECT_EQ(e.scheduler.speed(0), 1);
  EXPECT_EQ(e.scheduler.speed(9), 1);
  for (int i = 0; i < 200; ++i) {
    e.plan({1, 1});
    for (const Command& command : e.take()) {
      if (const auto* given = std::get_if<Assign>(&command))
        e.finish(given->chunk, given->rank, given->rank == 0 ? 1 : 4);
    }
  }
  EXPECT_NEAR(e.scheduler.speed(0), 1.6, 0.01);
  EXPECT_NEAR(e.scheduler.speed(1), 0.4, 0.01);
}

TEST(Scheduler, RefusesWhatCannotBe) {
  EXPECT_THROW(Example({}, {.window = 0}), Error);
  EXPECT_THROW(Example({}, {.window = 1, .unfinished = 0}), Error);
  EXPECT_THROW(Example({.credits = -1}), Error);
  Example e({}, {.window = 1});
  EXPECT_THROW(e.scheduler.chunk_planned(1, {}, 0), Error);
  e.plan({1});
  EXPECT_THROW(e.plan({1}), Error);
  EXPECT_THROW(e.finish(1, 0, 1), Error);
  EXPECT_THROW(e.finish(-1, 0, 1), Error);
  e.join(0, 0);
  EXPECT_THROW(e.join(0, 1), Error);
  EXPECT_THROW(e.join(1, -1), Error);
  e.complete();
  EXPECT_THROW(e.plan({1}), Error);
}

}  // namespace
}  // namespace mpienc::sched
