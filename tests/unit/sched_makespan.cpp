#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <map>
#include <random>

#include "sched_cluster.hpp"

namespace mpienc::sched {
namespace {

constexpr double rounding = 1 + 1e-9;

struct Shape {
  bool equal_speeds = true, equal_costs = false;
  double misjudged = 1;  ///< the work of a chunk looks up to so many times longer or shorter than it is
};

struct RandomCluster : ClusterJob {
  RandomCluster(unsigned seed, Shape shape) {
    std::mt19937_64 random(seed);
    const auto pick = [&](int low, int high) {
      return std::uniform_int_distribution<int>(low, high)(random);
    };
    ranks.resize(static_cast<std::size_t>(pick(1, 6)));
    for (auto& [rank_lanes, speed] : ranks) {
      rank_lanes = pick(1, 4);
      if (!shape.equal_speeds) speed = std::uniform_real_distribution(0.2, 2.0)(random);
    }
    seconds.resize(static_cast<std::size_t>(pick(1, 120)));
    for (double& each : seconds) {
      each = shape.equal_costs ? 10 : 0.5 + std::exponential_distribution<double>(0.1)(random);
      const double range = std::log(shape.misjudged);
      guessed.push_back(each * std::exp(range * std::uniform_real_distribution(-1.0, 1.0)(random)));
    }
    longest = *std::ranges::max_element(seconds);
    slowest = std::ranges::min_element(ranks, {}, &ClusterRank::speed)->speed;
    fewest = std::ranges::min_element(ranks, {}, &ClusterRank::lanes)->lanes;
    for (const auto& [rank_lanes, speed] : ranks) {
      lanes += rank_lanes;
      capacity += rank_lanes * speed;
    }
    perfect = std::accumulate(seconds.begin(), seconds.end(), 0.0) / capacity;
  }

  double longest, slowest, perfect;  ///< perfect: all work by all capacity
  int fewest, lanes = 0;
  double capacity = 0;
};

double makespan(const ClusterJob& job, Policy policy) { return Cluster(job, policy).makespan(); }

void expect_within(Policy policy, Shape shape, const std::function<double(const RandomCluster&)>& bound) {
  for (unsigned seed = 0; seed < 1000; ++seed) {
    const RandomCluster job(seed, shape);
    EXPECT_LE(makespan(job, policy), bound(job) * rounding) << "seed " << seed;
  }
}

/// R. L. Graham, "Bounds on Multiprocessing Timing Anomalies" (1969): work/m + (1 - 1/m) * longest.
TEST(Makespan, OnDemandOnEqualLanesIsWithinGrahamsBound) {
  expect_within(policy_of(Strategy::on_demand), {.misjudged = 3},
                [](const auto& job) { return job.perfect + (1 - 1.0 / job.lanes) * job.longest; });
}

/// No lane is idle while a chunk is queued, and the last chunk begins no later than the work would be done.
TEST(Makespan, OnDemandCostsAtMostOneChunkOnTheSlowestLane) {
  expect_within(policy_of(Strategy::on_demand), {.equal_speeds = false, .misjudged = 3},
                [](const auto& job) { return job.perfect + job.longest / job.slowest; });
}

/// When the queue is empty each lane has its chunk and its part of the credits.
TEST(Makespan, StealCostsAtMostAChunkAndTheCreditsOnTheSlowestLane) {
  for (int credits = 0; credits < 4; ++credits) {
    for (const bool copies : {false, true}) {
      for (const bool equal : {false, true}) {
        expect_within({.credits = credits, .copies = copies}, {.equal_speeds = equal, .misjudged = 3},
                      [credits](const auto& job) {
                        const int rounds = 1 + (credits + job.fewest - 1) / job.fewest;
                        return job.perfect + rounds * job.longest / job.slowest;
                      });
      }
    }
  }
}

/// All lanes are busy until a batch is taken at t <= (work - queue) / lanes; the batch and what the rank has
/// already take at most queue / (2 * lanes) and three chunks more.
TEST(Makespan, GuidedOnEqualLanesAndChunksCostsAtMostThreeChunks) {
  expect_within(policy_of(Strategy::guided), {.equal_costs = true},
                [](const auto& job) { return job.perfect + 3 * job.longest; });
}

/// All lanes are busy until the queue is empty; then a rank has its lanes' chunks but one and a batch.
TEST(Makespan, GuidedCostsAtMostABatchOnTheSlowestRank) {
  expect_within(policy_of(Strategy::guided), {.equal_speeds = false, .misjudged = 3}, [](const auto& job) {
    const double batch_by_lane = static_cast<double>(job.seconds.size()) / (2 * job.lanes) + 1;
    return job.perfect + (batch_by_lane + 2) * job.longest / job.slowest;
  });
}

/// Measuring takes one chunk; then no rank gets more than its part and one chunk. For chunks that are not
/// equal, nothing better can be promised of what is given before it is known.
TEST(Makespan, SharesOnEqualLanesAndChunksCostAtMostTwoChunks) {
  expect_within(policy_of(Strategy::shares), {.equal_costs = true},
                [](const auto& job) { return job.perfect + 2 * job.longest; });
}

TEST(Makespan, EqualChunksThatDivideEvenlyKeepEveryLaneBusyToTheEnd) {
  const ClusterJob uneven{std::vector(24, 1.0), {}, {{1, 1}, {2, 1}, {3, 1}}};
  for (const auto strategy : {Strategy::on_demand, Strategy::shares, Strategy::steal}) {
    EXPECT_DOUBLE_EQ(makespan(uneven, policy_of(strategy)), 4.0) << name_of(strategy);
  }
}

TEST(Makespan, WithOneRankAtAFifthOfTheSpeedStealIsClearlyBest) {
  std::map<Strategy, double> mean;
  const int jobs = 300;
  for (unsigned seed = 0; seed < jobs; ++seed) {
    std::mt19937_64 random(seed);
    ClusterJob job{.seconds = {}, .guessed = {}, .ranks = std::vector(8, ClusterRank{2, 1})};
    job.ranks[seed % 8].speed = 0.2;
    for (unsigned chunk = 0; chunk < 60 + seed; ++chunk) {
      job.seconds.push_back(std::uniform_real_distribution(5.0, 15.0)(random));
      job.guessed.push_back(job.seconds.back() * std::uniform_real_distribution(0.6, 1.5)(random));
    }
    const double perfect = std::accumulate(job.seconds.begin(), job.seconds.end(), 0.0) / (14 + 2 * 0.2);
    for (const std::string_view name : strategy_names()) {
      mean[*strategy_named(name)] += makespan(job, policy_of(*strategy_named(name))) / perfect / jobs;
    }
  }
  for (const auto& [strategy, by_perfect] : mean) {
    RecordProperty(std::string(name_of(strategy)), std::to_string(by_perfect));
  }
  EXPECT_LT(mean[Strategy::steal], 1.12);
  for (const auto strategy : {Strategy::on_demand, Strategy::shares, Strategy::guided}) {
    EXPECT_GT(mean[strategy], mean[Strategy::steal] + 0.05) << name_of(strategy);
  }
}

TEST(Makespan, ThousandsOfLanesEnd) {
  ClusterJob job;
  std::mt19937_64 random(1);
  for (int rank = 0; rank < 4096; ++rank) {
    job.ranks.push_back({1, std::uniform_real_distribution(0.5, 2.0)(random)});
  }
  for (int chunk = 0; chunk < 10'000; ++chunk) {
    job.seconds.push_back(std::uniform_real_distribution(5.0, 15.0)(random));
  }
  for (const std::string_view name : strategy_names()) {
    EXPECT_LT(makespan(job, policy_of(*strategy_named(name))), 200) << name;
  }
}

}  // namespace
}  // namespace mpienc::sched
