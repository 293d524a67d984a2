#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <iostream>
#include <limits>
#include <numbers>
#include <numeric>
#include <queue>
#include <random>
#include <vector>

#include "mpienc/plan/chunk_target.hpp"

namespace mpienc::plan {
namespace {

double at_constant_rate(double elapsed, double total) {
  return chunk_target_seconds({elapsed, elapsed / total});
}

TEST(ChunkTarget, StaysWithinItsBoundsWhateverThePosition) {
  const double infinity = std::numeric_limits<double>::infinity();
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const double tiny = std::numeric_limits<double>::denorm_min();
  const std::vector values{-infinity, -1.0, -tiny, 0.0,    tiny,  1e-9,     0.1,
                           0.5,       1.0,  1.5,   7200.0, 1e300, infinity, nan};
  for (const double elapsed : values) {
    for (const double fraction : values) {
      const double target = chunk_target_seconds({elapsed, fraction});
      EXPECT_GE(target, 4) << elapsed << " s, " << fraction;
      EXPECT_LE(target, 15) << elapsed << " s, " << fraction;
    }
  }
}

TEST(ChunkTarget, ShrinksMonotonouslyFromLongToShortAtAConstantRate) {
  for (const double total : {60.0, 1800.0, 7200.0, 20000.0}) {
    double last = at_constant_rate(0.5, total);
    for (double elapsed = 1; elapsed <= total; elapsed += 0.5) {
      const double target = at_constant_rate(elapsed, total);
      EXPECT_LE(target, last + 1e-9) << elapsed << " s of " << total;
      last = target;
    }
    EXPECT_DOUBLE_EQ(last, 4);
  }
  EXPECT_DOUBLE_EQ(at_constant_rate(1, 20000), 15);
  EXPECT_NEAR(at_constant_rate(3600, 7200), 14.0625, 1e-9);
}

TEST(ChunkTarget, IsConstantWithoutAFraction) {
  for (const double elapsed : {0.0, 1e-9, 10.0, 7200.0, 1e9}) {
    EXPECT_DOUBLE_EQ(chunk_target_seconds({elapsed, std::nullopt}), 10);
  }
}

TEST(ChunkTarget, IsSaneAtTheVeryStart) {
  EXPECT_DOUBLE_EQ(chunk_target_seconds({0, 0.0}), 10);
  EXPECT_DOUBLE_EQ(chunk_target_seconds({0, 1e-6}), 10);
  EXPECT_DOUBLE_EQ(chunk_target_seconds({0.04, 0.0}), 10);
  EXPECT_DOUBLE_EQ(chunk_target_seconds({0.04, 1e-12}), 15);
  EXPECT_DOUBLE_EQ(chunk_target_seconds({0.04, 0.01}), 4);
  EXPECT_NEAR(at_constant_rate(1e-6, 2560), 10, 1e-6);
}

/// A value that changes smoothly over the programme, 0.6 to 1.4: five slow waves.
class Scenes {
 public:
  explicit Scenes(unsigned seed) {
    std::mt19937_64 random(seed);
    const auto uniform = [&](double low, double high) {
      return low + (high - low) * static_cast<double>(random() >> 11) * 0x1p-53;
    };
    for (Wave& wave : waves_) {
      wave = {uniform(20, 600), uniform(0, 2 * std::numbers::pi), uniform(0.5, 1)};
      amplitudes_ += wave.amplitude;
    }
  }

  [[nodiscard]] double at(double seconds) const {
    double sum = 0;
    for (const Wave& wave : waves_) {
      sum += wave.amplitude * std::sin(2 * std::numbers::pi * seconds / wave.period + wave.phase);
    }
    return 1 + 0.4 * std::clamp(1.6 * sum / amplitudes_, -1.0, 1.0);
  }

 private:
  struct Wave {
    double period = 1, phase = 0, amplitude = 0;
  };
  Wave waves_[5];
  double amplitudes_ = 0;
};

/// Encoding seconds of each chunk where chunks close at GOPs of 0.5 s and the position is known in bytes.
std::vector<double> encoding_times(double programme_seconds, unsigned seed) {
  const Scenes speed(seed), bytes_per_second(seed + 1000);
  const double gop = 0.5;
  double all_bytes = 0;
  for (double start = 0; start < programme_seconds; start += gop)
    all_bytes += bytes_per_second.at(start) * gop;
  std::vector<double> times;
  double bytes = 0, length = 0, time = 0;
  for (double start = 0; start < programme_seconds; start += gop) {
    bytes += bytes_per_second.at(start) * gop;
    length += gop;
    time += gop / speed.at(start);
    if (length >= chunk_target_seconds({start + gop, bytes / all_bytes})) {
      times.push_back(time);
      length = time = 0;
    }
  }
  if (length > 0) times.push_back(time);
  return times;
}

/// Each chunk goes to the lane that is free first: in plan order, the last window longest first.
double efficiency(std::vector<double> times, int lanes) {
  const std::size_t window = std::min(times.size(), static_cast<std::size_t>(2 * lanes + 2));
  std::sort(times.end() - static_cast<std::ptrdiff_t>(window), times.end(), std::greater<>());
  std::priority_queue<double, std::vector<double>, std::greater<>> free_at;
  for (int lane = 0; lane < lanes; ++lane) free_at.push(0);
  double makespan = 0;
  for (const double time : times) {
    const double end = free_at.top() + time;
    free_at.pop();
    free_at.push(end);
    makespan = std::max(makespan, end);
  }
  return std::accumulate(times.begin(), times.end(), 0.0) / (lanes * makespan);
}

struct Efficiency {
  double mean = 0, worst = 1;
};

Efficiency over_films(int lanes) {
  const unsigned films = 50;
  Efficiency result;
  for (unsigned seed = 0; seed < films; ++seed) {
    const double e = efficiency(encoding_times(7200, seed), lanes);
    result.mean += e / films;
    result.worst = std::min(result.worst, e);
  }
  return result;
}

TEST(ChunkTarget, KeepsManyLanesBusyThroughATwoHourFilm) {
  struct Bound {
    int lanes;
    double mean, worst;
  };
  for (const auto& [lanes, mean, worst] : {Bound{64, 0.98, 0.97}, {128, 0.96, 0.95}, {256, 0.92, 0.86}}) {
    const Efficiency films = over_films(lanes);
    EXPECT_GE(films.mean, mean) << lanes;
    EXPECT_GE(films.worst, worst) << lanes;
    std::cout << lanes << " lanes: mean " << films.mean << ", worst " << films.worst << '\n';
  }
}

}  // namespace
}  // namespace mpienc::plan
