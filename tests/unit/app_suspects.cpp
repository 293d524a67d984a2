#include <gmock/gmock.h>

#include "mpienc/app/suspects.hpp"

namespace mpienc::app {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(Suspects, ASecondFailureOfTheCodecMakesAChunkBad) {
  Suspects suspects;
  suspects.started(4, 1);
  suspects.failed(4, 1, "crashed");
  EXPECT_FALSE(suspects.bad(4));
  suspects.started(4, 2);
  suspects.failed(4, 2, "crashed again");
  EXPECT_TRUE(suspects.bad(4));
  ASSERT_EQ(suspects.strikes(4).size(), 2U);
  EXPECT_EQ(suspects.strikes(4)[1].rank, 2);
  EXPECT_EQ(suspects.strikes(4)[1].what, "crashed again");
}

TEST(Suspects, ALostRankAndACrashMakeAChunkBadInEitherOrder) {
  for (const bool lost_first : {true, false}) {
    Suspects suspects;
    for (const bool lose : {lost_first, !lost_first}) {
      EXPECT_FALSE(suspects.bad(0));
      suspects.started(0, 1);
      if (lose) {
        suspects.rank_lost(1);
      } else {
        suspects.failed(0, 1, "crashed");
      }
    }
    EXPECT_TRUE(suspects.bad(0));
  }
}

TEST(Suspects, LostRanksAloneDropNoChunk) {
  Suspects suspects;
  for (const int rank : {1, 2, 3, 4}) {
    suspects.started(7, rank);
    suspects.rank_lost(rank);
    EXPECT_FALSE(suspects.bad(7)) << "after rank " << rank;
  }
  suspects.failed(7, 5, "crashed");
  EXPECT_TRUE(suspects.bad(7));
}

TEST(Suspects, ALostRankDoesNotAccuseWhatRanApartFromIt) {
  Suspects suspects;
  suspects.assigned(7, 1, true);
  suspects.started(7, 1);
  const auto loss = suspects.rank_lost(1);
  EXPECT_THAT(loss.held, ElementsAre(7));
  EXPECT_THAT(loss.running, IsEmpty());
  suspects.failed(7, 2, "crashed");
  EXPECT_FALSE(suspects.bad(7));
}

TEST(Suspects, ALostRankAccusesWhatItRanAndKeepsApartWhatItHeld) {
  Suspects suspects;
  suspects.assigned(1, 3);
  suspects.started(1, 3);
  suspects.assigned(2, 3);
  suspects.assigned(3, 2);
  suspects.started(3, 2);
  suspects.started(5, 3);
  suspects.started(5, 2);
  const auto loss = suspects.rank_lost(3);
  EXPECT_THAT(loss.held, ElementsAre(1, 2, 5));
  EXPECT_THAT(loss.running, ElementsAre(1, 5));
  EXPECT_EQ(suspects.strikes(1).size(), 1U);
  EXPECT_TRUE(suspects.strikes(1)[0].lost());
  EXPECT_THAT(suspects.strikes(2), IsEmpty());
  EXPECT_THAT(suspects.strikes(3), IsEmpty());
  EXPECT_THAT(suspects.rank_lost(3).held, IsEmpty()) << "told once";
  EXPECT_THAT(suspects.rank_lost(2).running, ElementsAre(3, 5));
}

TEST(Suspects, WhatARankHasDroppedOrFinishedIsNotItsFault) {
  Suspects suspects;
  suspects.started(1, 2);
  suspects.dropped(1, 2);
  suspects.dropped(9, 2);
  suspects.started(2, 2);
  suspects.finished(2);
  suspects.failed(3, 2, "crashed");
  EXPECT_THAT(suspects.rank_lost(2).held, IsEmpty());
  suspects.finished(3);
  EXPECT_THAT(suspects.strikes(3), IsEmpty());
}

TEST(Suspects, AnAssignmentAfterAStartChangesNothing) {
  Suspects suspects;
  suspects.started(1, 2);
  suspects.assigned(1, 2);
  EXPECT_THAT(suspects.rank_lost(2).running, ElementsAre(1));
}

}  // namespace
}  // namespace mpienc::app
