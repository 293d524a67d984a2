#include <random>

#include <gtest/gtest.h>

#include "mpienc/encode/audio_timeline.hpp"

namespace mpienc::encode {
namespace {

TEST(AudioTimeline, NeverLeavesTheTimestampsByMoreThanFiftyMilliseconds) {
  std::mt19937_64 random(1);
  for (int round = 0; round < 300; ++round) {
    const int rate = random() % 2 == 0 ? 48000 : 44100;
    AudioTimeline timeline({1, 1000}, rate);
    Ticks pts = static_cast<Ticks>(random() % 2000) - 1000;
    timeline.start(pts);
    std::int64_t placed = timeline.position();
    for (int i = 0; i < 200; ++i) {
      const std::int64_t samples = 1 + static_cast<std::int64_t>(random() % 8192);
      const bool timed = random() % 4 != 0;
      if (random() % 20 == 0) pts += static_cast<Ticks>(random() % 600) - 300;
      const auto [silence, drop] = timeline.place(timed ? MaybeTicks(pts) : MaybeTicks(), samples);
      ASSERT_GE(silence, 0);
      ASSERT_GE(drop, 0);
      ASSERT_LE(drop, samples);
      placed += silence + samples - drop;
      ASSERT_EQ(timeline.position(), placed);
      if (timed && drop < samples) {
        const std::int64_t end = rescale(pts, {1, 1000}, {1, rate}) + samples;
        ASSERT_LE(std::abs(placed - end), rate / 20);
      }
      pts += rescale(samples, {1, rate}, {1, 1000});
    }
  }
}

TEST(AudioTimeline, WhatLiesInThePastIsDroppedEvenWithoutPts) {
  AudioTimeline timeline({1, 48000}, 48000);
  EXPECT_EQ(timeline.place(0, 10'000).drop, 0);
  EXPECT_EQ(timeline.place(4'000, 2'000).drop, 2'000);
  EXPECT_EQ(timeline.place(std::nullopt, 2'000).drop, 2'000);
  EXPECT_EQ(timeline.place(std::nullopt, 2'100).drop, 2'000);
  EXPECT_EQ(timeline.place(std::nullopt, 2'000).drop, 0);
  EXPECT_EQ(timeline.position(), 12'100);
}

TEST(AudioTimeline, BigFramesDoNotLoosenTheTolerance) {
  AudioTimeline timeline({1, 48000}, 48000);
  EXPECT_EQ(timeline.place(0, 48000).silence, 0);
  EXPECT_EQ(timeline.place(48000 + 2401, 48000).silence, 2401);
}

TEST(AudioTimeline, RateChangeKeepsTheTime) {
  AudioTimeline timeline({1, 1000}, 48000);
  EXPECT_EQ(timeline.place(1000, 48000).silence, 0);
  timeline.set_rate(44100);
  EXPECT_EQ(timeline.position(), 88200);
  EXPECT_EQ(timeline.advance(3000), 44100);
}

}  // namespace
}  // namespace mpienc::encode
