#include "sched_examples.hpp"

namespace mpienc::sched {
namespace {

using testing::IsEmpty;

/// Rank 0 runs chunk 2 and waits with 3 and 4; rank 1 runs chunk 5; both have one lane, all else is done.
struct Stealing : Example {
  explicit Stealing(std::vector<double> costs = {1, 1, 10, 1, 1, 1})
      : Example({.credits = 2, .credit_seconds = at_once, .copies = false}) {
    join(0, 1);
    join(1, 1);
    plan(costs);
    finish(0, 0, costs[0]);
    finish(1, 1, costs[1]);
    start(2, 0);
    start(5, 1);
    forget();
  }
};

TEST(Stealing, TheChunkThatWouldBeginLastGoesToTheFreeLane) {
  Stealing e;
  e.finish(5, 1, 1);
  EXPECT_THAT(e.take(), commands(Steal{4, 0, 1}));
  EXPECT_EQ(e.scheduler.busy_lanes(), 2) << "it counts as the thief's";
  EXPECT_EQ(e.scheduler.idle_lanes(), IdleLanes{.link = 1});
}

TEST(Stealing, MovedIsTheThiefsAndIsNeverStolenAgain) {
  Stealing e;
  e.finish(5, 1, 1);
  e.forget();
  e.answer(4, 0, true);
  EXPECT_THAT(e.take(), IsEmpty());
  e.start(4, 1);
  e.lose(0);
  e.join(2, 1);
  EXPECT_THAT(e.take(), commands(Assign{2, 1}, Assign{3, 1}, Steal{3, 1, 2}));
  e.answer(3, 1, false);
  EXPECT_THAT(e.take(), commands(Steal{2, 1, 2}));
  e.answer(2, 1, false);
  EXPECT_THAT(e.take(), IsEmpty()) << "4 waits at rank 1, but was stolen once";
}

TEST(Stealing, RefusedIsTheVictimsAndTheThiefLooksForOtherWork) {
  Stealing e;
  e.finish(5, 1, 1);
  e.forget();
  e.answer(4, 0, false);
  EXPECT_THAT(e.take(), commands(Steal{3, 0, 1}));
  e.answer(3, 0, false);
  EXPECT_THAT(e.take(), IsEmpty()) << "all that the victim has runs, and was asked for once";
  EXPECT_EQ(e.scheduler.busy_lanes(), 1);
}

TEST(Stealing, AnAnswerThatNoLongerMattersIsIgnored) {
  Stealing e;
  e.finish(5, 1, 1);
  e.answer(4, 1, false);
  e.answer(3, 0, false);
  e.answer(77, 0, false);
  EXPECT_THAT(e.take(), commands(Steal{4, 0, 1}));
  e.answer(4, 0, true);
  e.answer(4, 0, false);
  EXPECT_THAT(e.take(), IsEmpty()) << "answered already";
}

TEST(Stealing, WhatAVictimWasAskedForIsGivenAnewWhenItIsLost) {
  Stealing e;
  e.finish(5, 1, 1);
  e.forget();
  e.lose(0);
  EXPECT_THAT(e.take(), commands(Cancel{4, 1}, Assign{2, 1}, Assign{3, 1}, Assign{4, 1}))
      << "it may have passed it on before it was lost";
  e.answer(4, 0, true);
  EXPECT_THAT(e.take(), IsEmpty());
}

TEST(Stealing, WhatAVictimPassedOnIsGivenAnewWhenItIsLostBeforeTheThiefBegins) {
  Stealing e;
  e.finish(5, 1, 1);
  e.answer(4, 0, true);
  e.forget();
  e.lose(0);
  EXPECT_THAT(e.take(), commands(Cancel{4, 1}, Assign{2, 1}, Assign{3, 1}, Assign{4, 1}));
  EXPECT_TRUE(e.finish(4, 1, 1)) << "it had come after all";
}

TEST(Stealing, WhatTheThiefHasBegunIsNotLostWithTheVictim) {
  Stealing e;
  e.finish(5, 1, 1);
  e.answer(4, 0, true);
  e.start(4, 1);
  e.forget();
  e.lose(0);
  EXPECT_THAT(e.take(), commands(Assign{2, 1}, Assign{3, 1}));
}

TEST(Stealing, WhatALostThiefWaitedForIsGivenAnew) {
  Stealing e;
  e.finish(5, 1, 1);
  e.forget();
  e.lose(1);
  EXPECT_THAT(e.take(), commands(Assign{4, 0}));
  e.answer(4, 0, true);
  EXPECT_THAT(e.take(), IsEmpty());
}

TEST(Stealing, AThiefThatBeginsBeforeTheAnswerComesHasIt) {
  Stealing e;
  e.finish(5, 1, 1);
  e.start(4, 1);
  e.forget();
  e.answer(4, 0, false);
  EXPECT_TRUE(e.finish(4, 1, 1));
  EXPECT_THAT(e.take(), commands(Steal{3, 0, 1}));
}

TEST(Stealing, TheVictimsResultCountsWhileItsAnswerIsOnItsWay) {
  Stealing e;
  e.finish(5, 1, 1);
  e.forget();
  EXPECT_TRUE(e.finish(4, 0, 1));
  EXPECT_THAT(e.take(), commands(Cancel{4, 1}, Steal{3, 0, 1}));
  EXPECT_FALSE(e.finish(4, 1, 1));
}

TEST(Stealing, WhatTheVictimFailsOnBeforeItsAnswerComesIsGivenElsewhere) {
  Stealing e;
  e.finish(5, 1, 1);
  e.forget();
  e.scheduler.chunk_failed(4, 0, e.now);
  EXPECT_THAT(e.take(), commands(Assign{4, 1}));
  e.answer(4, 0, false);
  EXPECT_THAT(e.take(), IsEmpty()) << "known by then";
  e.lose(1);
  EXPECT_THAT(e.take(), commands(Assign{4, 0})) << "the victim does not run it";
}

TEST(Stealing, ASlowThiefLeavesItToAVictimThatIsSooner) {
  Stealing e({1, 1, 2, 1, 1, 1});
  e.now = 1;
  e.finish(5, 1, 50);
  EXPECT_THAT(e.take(), IsEmpty());
  e.lose(0);
  EXPECT_THAT(e.take(), commands(Assign{2, 1}, Assign{3, 1}, Assign{4, 1}))
      << "now nobody else is there, and it is the mean of all";
}

TEST(Stealing, TheVictimIsTheOneWithTheLongestWait) {
  Example e({.credits = 1, .credit_seconds = at_once, .copies = false});
  for (const int rank : {0, 1, 2}) e.join(rank, 1);
  e.plan({1, 1, 1, 5, 5, 7, 5, 5, 1});
  for (const int rank : {0, 1, 2}) e.finish(rank, rank, 1);
  EXPECT_THAT(e.take(),
              commands(Assign{0, 0}, Assign{1, 1}, Assign{2, 2}, Assign{3, 0}, Assign{4, 0}, Release{0},
                       Assign{5, 1}, Assign{6, 1}, Release{1}, Assign{7, 2}, Assign{8, 2}, Release{2}));
  e.finish(7, 2, 5);
  e.finish(8, 2, 1);
  EXPECT_THAT(e.take(), commands(Steal{6, 1, 2}));
}

}  // namespace
}  // namespace mpienc::sched
