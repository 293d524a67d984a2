#include <gtest/gtest.h>

#include "mpienc/core/error.hpp"
#include "mpienc/sched/release_window.hpp"

namespace mpienc::sched {
namespace {

TEST(ReleaseWindow, ReleasesInPlanOrderWhateverTheOrderOfResults) {
  ReleaseWindow window(3);
  for (int chunk = 0; chunk < 3; ++chunk) window.plan(chunk);
  window.finish(2);
  window.finish(1);
  EXPECT_EQ(window.release(), std::nullopt);
  window.finish(0);
  EXPECT_EQ(window.release(), 0);
  EXPECT_EQ(window.release(), 1);
  EXPECT_EQ(window.release(), 2);
  EXPECT_EQ(window.release(), std::nullopt);
  EXPECT_EQ(window.released(), 3);
}

TEST(ReleaseWindow, HasRoomAgainAfterARelease) {
  ReleaseWindow window(1);
  window.plan(0);
  EXPECT_FALSE(window.has_room());
  EXPECT_THROW(window.plan(1), Error);
  window.finish(0);
  EXPECT_FALSE(window.has_room());
  ASSERT_EQ(window.release(), 0);
  EXPECT_TRUE(window.has_room());
  EXPECT_NO_THROW(window.plan(1));
  EXPECT_EQ(window.planned(), 2);
}

TEST(ReleaseWindow, RefusesWhatIsOutOfOrderOrOutside) {
  EXPECT_THROW(ReleaseWindow(0), Error);
  ReleaseWindow window(4);
  EXPECT_THROW(window.plan(1), Error);
  EXPECT_THROW(window.finish(0), Error);
  window.plan(0);
  EXPECT_THROW(window.plan(0), Error);
  window.finish(0);
  ASSERT_EQ(window.release(), 0);
  EXPECT_THROW(window.finish(0), Error);
}

}  // namespace
}  // namespace mpienc::sched
