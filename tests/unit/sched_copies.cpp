#include "sched_examples.hpp"

namespace mpienc::sched {
namespace {

using testing::IsEmpty;

/// Two ranks of one lane, rank 1 at a quarter of the speed; both are measured at `now` 0.
struct Copies : Example {
  explicit Copies(Limits limits = {.window = 1000, .unfinished = 1000}, Policy policy = {})
      : Example(policy, limits) {
    join(0, 1);
    join(1, 1);
    plan({1, 1});
    finish(0, 0, 1);
    finish(1, 1, 4);
    forget();
  }
  /// Rank 0 runs chunk 2, rank 1 chunk 3; rank 0 is done first, at half a second.
  void reach_the_tail() {
    plan({1, 1});
    start(2, 0);
    start(3, 1);
    complete();
    forget();
    now = 0.5;
    finish(2, 0, 0.5);
  }
};

TEST(Copies, TheChunkThatEndsLastIsCopiedToAFasterLane) {
  Copies e;
  e.reach_the_tail();
  EXPECT_THAT(e.take(), commands(Assign{3, 0, true}, Release{2}));
  e.join(5, 1);
  EXPECT_THAT(e.take(), IsEmpty()) << "two holders are enough";
}

TEST(Copies, TheCopyWins) {
  Copies e;
  e.reach_the_tail();
  e.forget();
  EXPECT_TRUE(e.finish(3, 0, 1));
  EXPECT_THAT(e.take(), commands(Cancel{3, 1}, Release{3}, Finished{}));
  EXPECT_EQ(e.scheduler.busy_lanes(), 0);
  EXPECT_FALSE(e.finish(3, 1, 4)) << "late";
}

TEST(Copies, TheOriginalWins) {
  Copies e;
  e.reach_the_tail();
  e.forget();
  EXPECT_TRUE(e.finish(3, 1, 4));
  EXPECT_THAT(e.take(), commands(Cancel{3, 0}, Release{3}, Finished{}));
}

TEST(Copies, TheCopyGoesOnWhenTheOriginalIsLost) {
  Copies e;
  e.reach_the_tail();
  e.forget();
  e.lose(1);
  EXPECT_THAT(e.take(), IsEmpty()) << "the copy goes on";
  EXPECT_EQ(e.scheduler.busy_lanes(), 1);
  EXPECT_TRUE(e.finish(3, 0, 1));
  EXPECT_THAT(e.take(), commands(Release{3}, Finished{}));
}

TEST(Copies, TheOriginalStaysWithItsRankWhenTheCopyIsLost) {
  Copies e;
  e.reach_the_tail();
  e.forget();
  e.lose(0);
  EXPECT_THAT(e.take(), IsEmpty());
  e.join(2, 1);
  e.now = 100;
  e.scheduler.tick(e.now);
  EXPECT_THAT(e.take(), commands(Assign{3, 2, true})) << "one holder again";
}

TEST(Copies, NotWithoutAClearGain) {
  Example e;
  e.join(0, 2);
  e.join(1, 1);
  e.plan({1, 1, 1});
  e.start(0, 0);
  e.start(1, 0);
  e.start(2, 1);
  e.complete();
  e.forget();
  e.now = 1;
  e.finish(0, 0, 1);
  e.finish(1, 0, 1);
  EXPECT_THAT(e.take(), commands(Release{0}, Release{1})) << "chunk 2 is to end now";
}

TEST(Copies, WhatTakesTooLongIsCopiedOnceATickFindsSo) {
  Example e;
  e.join(0, 1);
  e.join(1, 1);
  e.plan({1, 1});
  e.start(0, 0);
  e.start(1, 1);
  e.complete();
  e.now = 1;
  e.finish(0, 0, 1);
  e.forget();
  e.now = 2;
  e.scheduler.tick(e.now);
  EXPECT_THAT(e.take(), IsEmpty()) << "expected at 3, as a copy would be";
  e.now = 2.3;
  e.scheduler.tick(e.now);
  EXPECT_THAT(e.take(), commands(Assign{1, 0, true})) << "expected at 3.45, a copy at 3.3";
}

TEST(Copies, NeverOnTheSameRank) {
  Example e;
  e.join(0, 2);
  e.plan({1, 1});
  e.start(0, 0);
  e.start(1, 0);
  e.complete();
  e.finish(0, 0, 1);
  e.forget();
  e.now = 100;
  e.scheduler.tick(e.now);
  EXPECT_THAT(e.take(), IsEmpty());
}

TEST(Copies, TheHeadOfTheLineIsCopiedWhenTheWindowIsFull) {
  Copies e({.window = 3, .unfinished = 100}, {.credits = 0});
  e.plan({1, 1});
  e.start(2, 0);
  e.start(3, 1);
  e.now = 0.1;
  e.finish(2, 0, 1);
  e.plan({1});
  e.start(4, 0);
  e.forget();
  e.now = 0.2;
  e.finish(4, 0, 1);
  EXPECT_THAT(e.take(), IsEmpty()) << "the window has room";
  e.plan({1});
  e.finish(5, 0, 1);
  EXPECT_THAT(e.take(), commands(Assign{5, 0}, Assign{3, 0, true}));
}

TEST(Copies, NoneWherePolicySaysSo) {
  Copies e({.window = 1000, .unfinished = 1000}, {.copies = false});
  e.reach_the_tail();
  EXPECT_THAT(e.take(), commands(Release{2}));
}

}  // namespace
}  // namespace mpienc::sched
