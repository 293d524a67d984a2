#include <gtest/gtest.h>

#include <functional>
#include <vector>

#include "mpienc/sched/feed_monitor.hpp"

namespace mpienc::sched {
namespace {

using Cause = FeedWarning::Cause;
using Sample = FeedMonitor::Sample;

struct Told {
  FeedWarning warning;
  double at;
};

/// 10 lanes, 8 of them on other ranks, that eat 1 MB per lane second; 3 MB/s are read, 2 MB/s leave rank 0.
Sample steady(double now) {
  const auto bytes = [now](double per_second) { return static_cast<std::int64_t>(per_second * now); };
  return {.lanes = 10,
          .bytes_read = bytes(3e6),
          .bytes_sent = bytes(2e6),
          .bytes_encoded = bytes(3e6),
          .lane_seconds = 3 * now,
          .remote_lanes = 8};
}

std::vector<Told> watch(double seconds, const std::function<IdleLanes(double)>& idle, double step = 0.5) {
  FeedMonitor monitor;
  std::vector<Told> told;
  const double begin = 100;
  for (double now = 0; now <= seconds; now += step) {
    Sample sample = steady(now);
    sample.idle = idle(now);
    if (const auto warning = monitor.observe(sample, begin + now)) told.push_back({*warning, now});
  }
  return told;
}

TEST(FeedMonitor, TellsOnceThatTheReaderIsTooSlow) {
  const auto told = watch(200, [](double) { return IdleLanes{.reader = 4, .link = 1}; });
  ASSERT_EQ(told.size(), 1U);
  EXPECT_EQ(told[0].at, 15);
  EXPECT_EQ(told[0].warning.cause, Cause::reader);
  EXPECT_NEAR(told[0].warning.idle_share, 0.4, 1e-9);
  EXPECT_NEAR(told[0].warning.carried_bytes_per_second, 3e6, 1);
  EXPECT_NEAR(told[0].warning.needed_bytes_per_second, 10e6, 1);
}

TEST(FeedMonitor, TellsOnceThatTheLinkIsTooSlow) {
  const auto told = watch(200, [](double) { return IdleLanes{.reader = 1, .link = 3, .tail = 4}; });
  ASSERT_EQ(told.size(), 1U);
  EXPECT_EQ(told[0].warning.cause, Cause::link);
  EXPECT_NEAR(told[0].warning.idle_share, 0.3, 1e-9);
  EXPECT_NEAR(told[0].warning.carried_bytes_per_second, 2e6, 1);
  EXPECT_NEAR(told[0].warning.needed_bytes_per_second, 8e6, 1);
}

TEST(FeedMonitor, TellsEachCauseOnce) {
  const auto told = watch(200, [](double now) {
    return now < 60 ? IdleLanes{.link = 5} : now < 120 ? IdleLanes{.reader = 5} : IdleLanes{.link = 6};
  });
  ASSERT_EQ(told.size(), 2U);
  EXPECT_EQ(told[0].warning.cause, Cause::link);
  EXPECT_EQ(told[1].warning.cause, Cause::reader);
}

TEST(FeedMonitor, KeepsQuietUpToATenthAndAboutOtherWaits) {
  EXPECT_TRUE(watch(100, [](double) { return IdleLanes{.reader = 1}; }).empty());
  EXPECT_TRUE(watch(100, [](double) { return IdleLanes{.window = 5, .tail = 5}; }).empty());
}

TEST(FeedMonitor, KeepsQuietWhereMoreBandwidthWouldNotHelp) {
  FeedMonitor monitor;
  for (double now = 0; now <= 100; now += 0.5) {
    Sample sample = steady(now);
    sample.idle = {.link = 5};
    sample.remote_lanes = 2;
    EXPECT_FALSE(monitor.observe(sample, now)) << "2 MB/s are sent, and 2 lanes of 1 MB/s want them";
  }
}

TEST(FeedMonitor, IgnoresTheFirstFiveSeconds) {
  EXPECT_TRUE(watch(100, [](double now) { return now < 5 ? IdleLanes{.reader = 10} : IdleLanes{}; }).empty());
}

TEST(FeedMonitor, WeighsSamplesByTheTimeBetweenThem) {
  FeedMonitor monitor;
  const auto tell = [&](double now, int idle) {
    Sample sample = steady(now);
    sample.idle.reader = idle;
    return monitor.observe(sample, now);
  };
  EXPECT_FALSE(tell(0, 0));
  EXPECT_FALSE(tell(5, 0));
  for (int i = 1; i <= 50; ++i) EXPECT_FALSE(tell(5 + i * 0.001, 10)) << "many samples of a short wait";
  EXPECT_FALSE(tell(5.06, 0));
  EXPECT_FALSE(tell(15, 0));
  EXPECT_FALSE(tell(20, 4));
  const auto warning = tell(25, 0);
  ASSERT_TRUE(warning);
  EXPECT_NEAR(warning->idle_share, 0.2, 1e-9) << "half of 4 in 10 lanes";
}

TEST(FeedMonitor, WaitsForTheFirstFinishedChunk) {
  FeedMonitor monitor;
  for (double now = 0; now <= 60; ++now) {
    EXPECT_FALSE(monitor.observe({.idle = {.link = 9}, .lanes = 10, .remote_lanes = 9}, now));
  }
  Sample sample = steady(65);
  sample.bytes_sent = 20'000'000;
  sample.idle.link = 9;
  EXPECT_TRUE(monitor.observe(sample, 65));
}

TEST(FeedMonitor, BearsClocksThatStandStillAndJobsWithoutLanes) {
  FeedMonitor monitor;
  for (int i = 0; i < 100; ++i) EXPECT_FALSE(monitor.observe(steady(0), 7));
  for (int i = 0; i < 100; ++i) EXPECT_FALSE(monitor.observe({.lane_seconds = 1}, 7 + i));
}

TEST(FeedMonitor, JudgesASpanThatIsLongerThanMeant) {
  const auto told = watch(
      200, [](double) { return IdleLanes{.reader = 3}; }, 40);
  ASSERT_EQ(told.size(), 1U);
  EXPECT_EQ(told[0].at, 80);
  EXPECT_NEAR(told[0].warning.idle_share, 0.3, 1e-9);
  EXPECT_NEAR(told[0].warning.carried_bytes_per_second, 3e6, 1);
}

}  // namespace
}  // namespace mpienc::sched
