#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <limits>
#include <random>
#include <vector>

#include "mpienc/plan/cost_model.hpp"

namespace mpienc::plan {
namespace {

constexpr std::int64_t pal = 720 * 576;

class Draw {
 public:
  explicit Draw(unsigned seed) : random_(seed) {}
  double operator()(double low, double high) {
    return low + (high - low) * static_cast<double>(random_() >> 11) * 0x1p-53;
  }

 private:
  std::mt19937_64 random_;
};

/// 5 to 30 s of film at 25 frames per second, 2 to 8 Mbit/s.
Work any_chunk(Draw& draw) {
  const double seconds = draw(5, 30);
  return {static_cast<std::int64_t>(seconds * 25), static_cast<std::int64_t>(seconds * draw(250e3, 1e6)),
          pal};
}

struct Law {
  double per_frame, per_byte;
  [[nodiscard]] double seconds(const Work& work) const {
    return static_cast<double>(work.frames) * per_frame + static_cast<double>(work.bytes) * per_byte;
  }
};

TEST(CostModel, BeginsWithAGuessInProportionToThePixels) {
  const CostModel model;
  EXPECT_EQ(model.observations(), 0);
  EXPECT_NEAR(model.expected_seconds({.frames = 1, .pixels = pal}), 0.0104, 0.0002);
  EXPECT_NEAR(model.expected_seconds({.frames = 250, .pixels = 1920 * 1080}) /
                  model.expected_seconds({.frames = 250, .pixels = pal}),
              5, 1e-9);
  EXPECT_DOUBLE_EQ(model.expected_seconds({.frames = 9}),
                   model.expected_seconds({.frames = 9, .pixels = pal}));
  const Work thin{250, 1'000'000, pal}, thick{250, 10'000'000, pal};
  EXPECT_GT(model.expected_seconds(thick), model.expected_seconds(thin));
}

TEST(CostModel, TakesItsScaleFromTheFirstObservation) {
  for (const double factor : {0.001, 0.3, 7.0, 1000.0}) {
    CostModel model;
    const Work seen{500, 4'000'000, pal}, other{130, 1'500'000, pal};
    const double guess = model.expected_seconds(other);
    model.observe(seen, factor * model.expected_seconds(seen));
    EXPECT_NEAR(model.expected_seconds(other), factor * guess, 1e-6 * factor * guess);
    EXPECT_EQ(model.observations(), 1);
  }
}

TEST(CostModel, LearnsALinearLawFromTwentyNoisyChunks) {
  for (const Law law : {Law{0.02, 1e-7}, Law{0.004, 8e-7}, Law{0.05, 0}, Law{0, 1e-6}}) {
    for (unsigned seed = 0; seed < 50; ++seed) {
      Draw draw(seed);
      CostModel model;
      for (int chunk = 0; chunk < 20; ++chunk) {
        const Work work = any_chunk(draw);
        model.observe(work, law.seconds(work) * draw(0.95, 1.05));
      }
      double error = 0;
      for (int chunk = 0; chunk < 50; ++chunk) {
        const Work work = any_chunk(draw);
        error += std::abs(model.expected_seconds(work) / law.seconds(work) - 1) / 50;
      }
      EXPECT_LT(error, law.per_frame > 0 ? 0.05 : 0.08)
          << law.per_frame << " per frame, " << law.per_byte << " per byte, seed " << seed;
    }
  }
}

TEST(CostModel, GuessesChunksOfUnequalLengthBetterThanTheirMean) {
  const Law law{0.012, 2e-7};
  Draw draw(1);
  CostModel model;
  double seen = 0, error = 0, error_of_mean = 0;
  for (int chunk = 0; chunk < 200; ++chunk) {
    const Work work = any_chunk(draw);
    const double seconds = law.seconds(work) * draw(0.8, 1.2);
    if (chunk > 0) {
      error += std::abs(model.expected_seconds(work) - seconds);
      error_of_mean += std::abs(seen / chunk - seconds);
    }
    seen += seconds;
    model.observe(work, seconds);
  }
  EXPECT_LT(error, 0.5 * error_of_mean);
}

TEST(CostModel, FollowsAFilmThatGetsHarder) {
  Draw draw(3);
  CostModel model;
  const auto learn = [&](const Law& law, int chunks) {
    for (int chunk = 0; chunk < chunks; ++chunk) {
      const Work work = any_chunk(draw);
      model.observe(work, law.seconds(work));
    }
  };
  learn({0.01, 1e-7}, 300);
  const Law harder{0.02, 2e-7};
  learn(harder, 150);
  const Work work{500, 4'000'000, pal};
  EXPECT_NEAR(model.expected_seconds(work) / harder.seconds(work), 1, 0.1);
}

TEST(CostModel, IsHardlyMovedByOneLaneThatWasSuspended) {
  Draw draw(4);
  CostModel model;
  const Law law{0.01, 1e-7};
  for (int chunk = 0; chunk < 50; ++chunk) {
    const Work work = any_chunk(draw);
    model.observe(work, law.seconds(work));
  }
  model.observe({500, 4'000'000, pal}, 1e6);
  EXPECT_NEAR(model.expected_seconds({500, 4'000'000, pal}) / law.seconds({500, 4'000'000, pal}), 1, 0.35);
}

TEST(CostModel, LearnsAlsoWhereAllChunksAreEqualOrAFeatureIsAbsent) {
  for (const Work work :
       {Work{250, 3'000'000, pal}, Work{250, 0, pal}, Work{0, 3'000'000, pal}, Work{250, 3'000'000, 0}}) {
    CostModel model;
    for (int chunk = 0; chunk < 100; ++chunk) model.observe(work, 4);
    EXPECT_NEAR(model.expected_seconds(work), 4, 1e-6);
    const Work twice{2 * work.frames, 2 * work.bytes, work.pixels};
    EXPECT_NEAR(model.expected_seconds(twice), 8, 1e-6);
  }
}

TEST(CostModel, IgnoresWhatIsNoObservation) {
  const double infinity = std::numeric_limits<double>::infinity();
  CostModel model;
  const Work work{250, 3'000'000, pal};
  const double guess = model.expected_seconds(work);
  for (const double seconds : {0.0, -1.0, infinity, -infinity, std::numeric_limits<double>::quiet_NaN()}) {
    model.observe(work, seconds);
  }
  model.observe({0, 0, pal}, 3);
  model.observe({-5, -7, -9}, 3);
  EXPECT_EQ(model.observations(), 0);
  EXPECT_EQ(model.expected_seconds(work), guess);
}

TEST(CostModel, StaysPositiveAndFiniteWhateverItSees) {
  const std::int64_t most = std::numeric_limits<std::int64_t>::max();
  const std::int64_t least = std::numeric_limits<std::int64_t>::min();
  const std::vector<std::int64_t> counts{least, -1, 0, 1, 250, 3'000'000, most};
  const std::vector<double> seconds{
      5e-324, 1e-300, 1e-6, 1.0, 1e9, 1e300, std::numeric_limits<double>::max()};
  for (unsigned seed = 0; seed < 200; ++seed) {
    Draw draw(seed);
    const auto any = [&](const auto& values) {
      return values[static_cast<std::size_t>(draw(0, static_cast<double>(values.size())))];
    };
    CostModel model;
    for (int step = 0; step < 200; ++step) {
      const Work work{any(counts), any(counts), any(counts)};
      const double expected = model.expected_seconds(work);
      ASSERT_TRUE(std::isfinite(expected) && expected > 0) << expected << ", seed " << seed;
      model.observe(work, any(seconds));
    }
  }
}

}  // namespace
}  // namespace mpienc::plan
