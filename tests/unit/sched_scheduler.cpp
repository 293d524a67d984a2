#include <gtest/gtest.h>

#include <tuple>

#include "mpienc/core/error.hpp"
#include "mpienc/sched/scheduler.hpp"

namespace mpienc::sched {
namespace {

using Commands = std::vector<Command>;

void plan(Scheduler& scheduler, int first, int last) {
  for (int chunk = first; chunk <= last; ++chunk) scheduler.chunk_planned(chunk);
}

TEST(Scheduler, ScattersToFreeLanesThenToCredits) {
  Scheduler scheduler({.window = 8, .credits = 1});
  scheduler.rank_joined(0, 1);
  scheduler.rank_joined(1, 2);
  plan(scheduler, 0, 5);
  EXPECT_EQ(scheduler.take_commands(),
            (Commands{Assign{0, 1}, Assign{1, 0}, Assign{2, 1}, Assign{3, 0}, Assign{4, 1}}));
  EXPECT_TRUE(scheduler.take_commands().empty());
  EXPECT_EQ(scheduler.busy_lanes(), 3);
}

TEST(Scheduler, FeedsALaneBeforeItReleases) {
  Scheduler scheduler({.window = 4, .credits = 0});
  scheduler.rank_joined(0, 1);
  plan(scheduler, 0, 1);
  std::ignore = scheduler.take_commands();
  EXPECT_TRUE(scheduler.chunk_finished(0, 0));
  EXPECT_EQ(scheduler.take_commands(), (Commands{Assign{1, 0}, Release{0}}));
}

TEST(Scheduler, ReleasesInPlanOrderAndFinishesOnce) {
  Scheduler scheduler({.window = 4, .credits = 0});
  scheduler.rank_joined(0, 3);
  plan(scheduler, 0, 2);
  scheduler.plan_complete();
  std::ignore = scheduler.take_commands();
  scheduler.chunk_finished(2, 0);
  scheduler.chunk_finished(0, 0);
  EXPECT_EQ(scheduler.take_commands(), (Commands{Release{0}}));
  EXPECT_FALSE(scheduler.finished());
  scheduler.chunk_finished(1, 0);
  EXPECT_EQ(scheduler.take_commands(), (Commands{Release{1}, Release{2}, Finished{}}));
  EXPECT_TRUE(scheduler.finished());
  scheduler.plan_complete();
  EXPECT_TRUE(scheduler.take_commands().empty());
  EXPECT_EQ(scheduler.planned(), 3);
  EXPECT_EQ(scheduler.released(), 3);
}

TEST(Scheduler, AnEmptyPlanFinishesAtOnce) {
  Scheduler scheduler({});
  scheduler.plan_complete();
  EXPECT_EQ(scheduler.take_commands(), (Commands{Finished{}}));
}

TEST(Scheduler, ALateJoinerGetsWhatIsQueued) {
  Scheduler scheduler({.window = 3, .credits = 0});
  scheduler.rank_joined(0, 0);
  plan(scheduler, 0, 2);
  EXPECT_TRUE(scheduler.take_commands().empty());
  scheduler.rank_joined(1, 2);
  EXPECT_EQ(scheduler.take_commands(), (Commands{Assign{0, 1}, Assign{1, 1}}));
}

TEST(Scheduler, ALostRanksChunksComeBeforeNewOnesOldestFirst) {
  Scheduler scheduler({.window = 8, .credits = 1});
  scheduler.rank_joined(0, 1);
  scheduler.rank_joined(1, 1);
  plan(scheduler, 0, 5);
  std::ignore = scheduler.take_commands();
  scheduler.rank_lost(0);
  EXPECT_EQ(scheduler.ranks(), 1);
  EXPECT_TRUE(scheduler.take_commands().empty());
  scheduler.rank_joined(2, 3);
  EXPECT_EQ(scheduler.take_commands(), (Commands{Assign{0, 2}, Assign{2, 2}, Assign{4, 2}, Assign{5, 2}}));
}

TEST(Scheduler, LateAndSecondResultsAreIgnored) {
  Scheduler scheduler({.window = 8, .credits = 0});
  scheduler.rank_joined(0, 1);
  plan(scheduler, 0, 0);
  scheduler.rank_lost(0);
  scheduler.rank_joined(1, 1);
  std::ignore = scheduler.take_commands();
  EXPECT_FALSE(scheduler.chunk_finished(0, 0));
  EXPECT_TRUE(scheduler.take_commands().empty());
  EXPECT_TRUE(scheduler.chunk_finished(0, 1));
  EXPECT_FALSE(scheduler.chunk_finished(0, 1));
  EXPECT_EQ(scheduler.take_commands(), (Commands{Release{0}}));
  EXPECT_THROW(scheduler.chunk_finished(1, 1), Error);
}

TEST(Scheduler, NothingEndsWithoutRanks) {
  Scheduler scheduler({.window = 2, .credits = 0});
  scheduler.rank_joined(0, 1);
  plan(scheduler, 0, 0);
  scheduler.plan_complete();
  scheduler.rank_lost(0);
  scheduler.rank_lost(0);
  EXPECT_EQ(scheduler.ranks(), 0);
  EXPECT_FALSE(scheduler.finished());
}

TEST(Scheduler, WantsChunksWhileTheWindowHasRoom) {
  Scheduler scheduler({.window = 2, .credits = 0});
  scheduler.rank_joined(0, 2);
  plan(scheduler, 0, 1);
  EXPECT_FALSE(scheduler.wants_chunk());
  EXPECT_THROW(scheduler.chunk_planned(2), Error);
  scheduler.chunk_finished(1, 0);
  EXPECT_FALSE(scheduler.wants_chunk());
  scheduler.chunk_finished(0, 0);
  EXPECT_TRUE(scheduler.wants_chunk());
  EXPECT_THROW(scheduler.chunk_planned(3), Error);
  scheduler.plan_complete();
  EXPECT_FALSE(scheduler.wants_chunk());
  EXPECT_THROW(scheduler.chunk_planned(2), Error);
}

TEST(Scheduler, RefusesImpossibleLimits) {
  EXPECT_THROW(Scheduler({.window = 0, .credits = 1}), Error);
  EXPECT_THROW(Scheduler({.window = 1, .credits = -1}), Error);
}

}  // namespace
}  // namespace mpienc::sched
