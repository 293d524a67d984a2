#include <gtest/gtest.h>

#include "mpienc/app/lane_messages.hpp"

namespace mpienc::app {
namespace {

TEST(LaneMessages, ArriveAsTheyWereSent) {
  const auto started = StartedReport::parse(StartedReport{7, 1.25}.serialise());
  EXPECT_EQ(started.lane, 7);
  EXPECT_EQ(started.queued_seconds, 1.25);
  EXPECT_EQ(StealOrder::parse(StealOrder{12}.serialise()).thief, 12);
}

TEST(LaneMessages, CutShortAreErrors) {
  auto started = StartedReport{7, 1.25}.serialise();
  started.pop_back();
  EXPECT_THROW(static_cast<void>(StartedReport::parse(started)), Error);
  EXPECT_THROW(static_cast<void>(StealOrder::parse({})), Error);
}

}  // namespace
}  // namespace mpienc::app
