#include <gtest/gtest.h>

#include <random>

#include "mpienc/sched/simulator.hpp"

namespace mpienc::sched {
namespace {

constexpr Strategy strategies[] = {Strategy::on_demand, Strategy::shares, Strategy::guided, Strategy::steal};

class RandomSimulation {
 public:
  explicit RandomSimulation(unsigned seed) : random_(seed) {}

  Simulation make(Strategy strategy) {
    Simulation simulation;
    simulation.policy = policy_of(strategy);
    simulation.policy.credits = strategy == Strategy::steal ? pick(0, 3) : 0;
    simulation.policy.copies = strategy == Strategy::steal && pick(0, 2) > 0;
    simulation.limits = {
        .window = pick(1, 60), .unfinished = pick(1, 60), .ahead_bytes = pick(0, 20'000'000)};
    for (int left = pick(1, 80); left > 0; --left) simulation.chunks.push_back(chunk());
    simulation.ranks.push_back(rank());
    simulation.ranks[0].lanes = pick(1, 4);
    for (int left = pick(0, 8); left > 0; --left) {
      simulation.ranks.push_back(rank());
      if (pick(0, 5) == 0) simulation.ranks.back().lost_at = between(0, 60);
    }
    if (pick(0, 2) > 0) simulation.link.bytes_per_second = between(1e5, 1e8);
    if (pick(0, 1) > 0) simulation.link.latency_seconds = between(0, 1);
    simulation.link.lease_seconds = between(0, 20);
    if (pick(0, 1) > 0) simulation.rank_zero_seconds = between(0, 50);
    return simulation;
  }

 private:
  int pick(int low, int high) { return std::uniform_int_distribution<int>(low, high)(random_); }
  double between(double low, double high) {
    return std::uniform_real_distribution<double>(low, high)(random_);
  }

  SimulatedChunk chunk() {
    SimulatedChunk chunk;
    chunk.encode_seconds = between(0.1, 20);
    chunk.work = {.frames = pick(0, 1000), .bytes = pick(0, 5'000'000), .pixels = 414'720};
    chunk.read_seconds = pick(0, 1) * between(0, 1);
    chunk.task_bytes = chunk.work.bytes;
    chunk.result_bytes = chunk.work.bytes / 2;
    return chunk;
  }

  SimulatedRank rank() {
    SimulatedRank rank;
    rank.lanes = pick(0, 4);
    rank.speed = pick(0, 1) > 0 ? between(0.1, 3) : 1;
    rank.processors = pick(0, 4);
    return rank;
  }

  std::mt19937_64 random_;
};

double sum(const SimulatedLosses& l) {
  return l.reader + l.link + l.window + l.tail + l.shared + l.copies + l.dead;
}

TEST(SimulatorProperty, LossesAddUpAndRunsRepeat) {
  for (unsigned seed = 0; seed < 500; ++seed) {
    for (const Strategy strategy : strategies) {
      SCOPED_TRACE(testing::Message() << "seed " << seed << ", " << name_of(strategy));
      const Simulation simulation = RandomSimulation(seed).make(strategy);
      const SimulatedRun run = simulate(simulation), again = simulate(simulation);
      const double all = run.makespan_seconds * run.capacity;
      EXPECT_NEAR(run.work_seconds + sum(run.losses), all, 1e-6 * all);
      const SimulatedLosses& l = run.losses;
      for (const double loss : {l.reader, l.link, l.window, l.tail, l.shared, l.copies, l.dead}) {
        EXPECT_GE(loss, -1e-6 * all);
      }
      EXPECT_LE(run.efficiency(), 1 + 1e-9);
      EXPECT_EQ(run.makespan_seconds, again.makespan_seconds);
      EXPECT_EQ(sum(run.losses), sum(again.losses));
      EXPECT_EQ(run.steals, again.steals);
      if (HasFailure()) return;
    }
  }
}

/// 10,000 chunks of 10 s on so many ranks.
SimulatedRun large(int ranks, int lanes) {
  Simulation simulation;
  simulation.policy = policy_of(Strategy::steal);
  simulation.limits = {.window = 4 * ranks * lanes, .unfinished = 4 * ranks * lanes};
  std::mt19937_64 random(1);
  for (int i = 0; i < 10'000; ++i) {
    SimulatedChunk chunk;
    const double seconds = std::uniform_real_distribution<double>(5, 15)(random);
    chunk.encode_seconds = seconds;
    chunk.work = {.frames = static_cast<std::int64_t>(25 * seconds), .bytes = 1'000'000, .pixels = 414'720};
    chunk.task_bytes = chunk.result_bytes = 1'000'000;
    simulation.chunks.push_back(chunk);
  }
  SimulatedRank rank;
  rank.lanes = lanes;
  simulation.ranks.assign(static_cast<std::size_t>(ranks), rank);
  simulation.link.bytes_per_second = 1.25e9;
  simulation.link.latency_seconds = 50e-6;
  return simulate(simulation);
}

TEST(SimulatorProperty, ScalesToFourThousandLanes) {
  for (const int ranks : {1, 4, 16, 64, 256, 1024, 4096}) {
    const SimulatedRun run = large(ranks, 1);
    EXPECT_GE(run.makespan_seconds * ranks, run.work_seconds * (1 - 1e-9));
    const double least = ranks <= 64 ? 0.95 : ranks <= 256 ? 0.85 : 0.3;
    EXPECT_GE(run.efficiency(), least) << ranks << " lanes";
  }
  EXPECT_GE(large(128, 32).efficiency(), 0.3);
}

}  // namespace
}  // namespace mpienc::sched
