#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <functional>
#include <numeric>
#include <queue>
#include <random>
#include <tuple>

#include "mpienc/sched/scheduler.hpp"

namespace mpienc::sched {
namespace {

/// Runs the chunks on ranks of equal lanes that start what they hold in the order it came; virtual time.
double makespan(const std::vector<double>& durations, const std::vector<int>& lanes, int credits) {
  struct Rank {
    int free_lanes = 0;
    std::deque<int> waiting;
  };
  struct End {
    double time;
    int chunk, rank;
    bool operator>(const End& other) const {
      return std::tie(time, chunk) > std::tie(other.time, other.chunk);
    }
  };
  const int chunks = static_cast<int>(durations.size());
  Scheduler scheduler({.window = chunks + 1, .credits = credits});
  std::vector<Rank> ranks(lanes.size());
  std::priority_queue<End, std::vector<End>, std::greater<>> ends;
  double now = 0;

  const auto carry_out = [&] {
    for (const Command& command : scheduler.take_commands()) {
      const auto* assign = std::get_if<Assign>(&command);
      if (!assign) continue;
      ranks[static_cast<std::size_t>(assign->rank)].waiting.push_back(assign->chunk);
    }
    for (std::size_t rank = 0; rank < ranks.size(); ++rank) {
      auto& [free_lanes, waiting] = ranks[rank];
      for (; free_lanes > 0 && !waiting.empty(); waiting.pop_front(), --free_lanes) {
        const int chunk = waiting.front();
        ends.push({now + durations[static_cast<std::size_t>(chunk)], chunk, static_cast<int>(rank)});
      }
    }
  };

  for (std::size_t rank = 0; rank < lanes.size(); ++rank) {
    ranks[rank].free_lanes = lanes[rank];
    scheduler.rank_joined(static_cast<int>(rank), lanes[rank]);
  }
  for (int chunk = 0; chunk < chunks; ++chunk) scheduler.chunk_planned(chunk);
  scheduler.plan_complete();
  carry_out();
  while (!ends.empty()) {
    const End end = ends.top();
    ends.pop();
    now = end.time;
    ++ranks[static_cast<std::size_t>(end.rank)].free_lanes;
    scheduler.chunk_finished(end.chunk, end.rank);
    carry_out();
  }
  EXPECT_TRUE(scheduler.finished());
  return now;
}

struct Case {
  std::vector<double> durations;
  std::vector<int> lanes;
  int all_lanes = 0;
  double work = 0, longest = 0;
};

Case random_case(unsigned seed) {
  std::mt19937_64 random(seed);
  const auto pick = [&](int low, int high) { return std::uniform_int_distribution<int>(low, high)(random); };
  Case c;
  c.lanes.resize(static_cast<std::size_t>(pick(1, 6)));
  for (int& lanes : c.lanes) lanes = pick(1, 4);
  c.durations.resize(static_cast<std::size_t>(pick(1, 120)));
  for (double& duration : c.durations) duration = std::exponential_distribution<double>(0.1)(random);
  c.all_lanes = std::accumulate(c.lanes.begin(), c.lanes.end(), 0);
  c.work = std::accumulate(c.durations.begin(), c.durations.end(), 0.0);
  c.longest = *std::ranges::max_element(c.durations);
  return c;
}

/// R. L. Graham, "Bounds on Multiprocessing Timing Anomalies" (1969): work/m + (1 - 1/m) * longest.
TEST(Makespan, WithoutCreditsIsWithinGrahamsBound) {
  for (unsigned seed = 0; seed < 2000; ++seed) {
    const Case c = random_case(seed);
    const double m = c.all_lanes;
    EXPECT_LE(makespan(c.durations, c.lanes, 0), (c.work / m + (1 - 1 / m) * c.longest) * (1 + 1e-12))
        << "seed " << seed;
  }
}

/// All lanes are busy until the queue is empty; then a lane has its chunk and its share of the credits.
TEST(Makespan, CreditsCostAtMostTheirOwnLength) {
  for (unsigned seed = 0; seed < 2000; ++seed) {
    const Case c = random_case(seed);
    const int credits = 1 + static_cast<int>(seed % 3);
    const int fewest = *std::ranges::min_element(c.lanes);
    const int rounds = 1 + (credits + fewest - 1) / fewest;
    EXPECT_LE(makespan(c.durations, c.lanes, credits),
              (c.work / c.all_lanes + rounds * c.longest) * (1 + 1e-12))
        << "seed " << seed;
  }
}

TEST(Makespan, EqualChunksThatDivideEvenlyKeepEveryLaneBusyToTheEnd) {
  EXPECT_DOUBLE_EQ(makespan(std::vector<double>(24, 1.0), {1, 2, 3}, 0), 4.0);
  EXPECT_DOUBLE_EQ(makespan(std::vector<double>(24, 1.0), {2, 2, 2}, 2), 4.0);
}

}  // namespace
}  // namespace mpienc::sched
