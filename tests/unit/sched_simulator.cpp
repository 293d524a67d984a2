#include <gtest/gtest.h>

#include <vector>

#include "mpienc/core/error.hpp"
#include "mpienc/sched/simulator.hpp"

namespace mpienc::sched {
namespace {

SimulatedChunk chunk(double encode_seconds) {
  SimulatedChunk chunk;
  chunk.work = {
      .frames = static_cast<std::int64_t>(100 * encode_seconds), .bytes = 1'000'000, .pixels = 414'720};
  chunk.encode_seconds = encode_seconds;
  return chunk;
}

SimulatedRank lanes(int lanes, double speed = 1) {
  SimulatedRank rank;
  rank.lanes = lanes;
  rank.speed = speed;
  return rank;
}

Simulation job(std::vector<double> seconds, std::vector<SimulatedRank> ranks,
               Strategy strategy = Strategy::on_demand) {
  Simulation simulation;
  for (const double each : seconds) simulation.chunks.push_back(chunk(each));
  simulation.ranks = std::move(ranks);
  simulation.policy = policy_of(strategy);
  simulation.limits = {.window = 1000, .unfinished = 1000};
  return simulation;
}

void expect_sum(const SimulatedRun& run) {
  const SimulatedLosses& l = run.losses;
  const double losses = l.reader + l.link + l.window + l.tail + l.shared + l.copies + l.dead;
  const double all = run.makespan_seconds * run.capacity;
  EXPECT_NEAR(losses + run.work_seconds, all, 1e-6 * all);
}

TEST(Simulator, OneLaneTakesTheSum) {
  for (const Strategy strategy : {Strategy::on_demand, Strategy::shares, Strategy::guided, Strategy::steal}) {
    const SimulatedRun run = simulate(job({3, 5, 1, 2}, {lanes(1)}, strategy));
    EXPECT_NEAR(run.makespan_seconds, 11, 1e-9);
    EXPECT_NEAR(run.work_seconds, 11, 1e-9);
    EXPECT_NEAR(run.efficiency(), 1, 1e-9);
    expect_sum(run);
  }
}

TEST(Simulator, TwoLanesShareTheChunksAndWaitForTheLast) {
  const SimulatedRun run = simulate(job({4, 4, 2}, {lanes(2)}));
  EXPECT_NEAR(run.makespan_seconds, 6, 1e-9);
  EXPECT_NEAR(run.losses.tail, 2, 1e-9);
  EXPECT_NEAR(run.efficiency(), 10.0 / 12, 1e-9);
  expect_sum(run);
}

TEST(Simulator, FastRanksTakeLessTime) {
  const SimulatedRun run = simulate(job({6, 6}, {lanes(1, 1), lanes(1, 2)}));
  EXPECT_NEAR(run.makespan_seconds, 6, 1e-9);
  EXPECT_NEAR(run.capacity, 3, 1e-9);
  EXPECT_NEAR(run.losses.tail, 2 * 3, 1e-9) << "the fast lane idles for 3 s";
  expect_sum(run);
}

TEST(Simulator, ChunksCannotComeFasterThanTheyAreRead) {
  Simulation simulation = job({1, 1, 1, 1}, {lanes(2)});
  for (SimulatedChunk& each : simulation.chunks) each.read_seconds = 2;
  const SimulatedRun run = simulate(simulation);
  EXPECT_NEAR(run.makespan_seconds, 4 * 2 + 1, 1e-9);
  EXPECT_NEAR(run.losses.reader, 2 * 8 - 3, 1e-9);
  EXPECT_NEAR(run.losses.tail, 1, 1e-9);
  expect_sum(run);
}

TEST(Simulator, TheReaderIsAheadByTheQueueAndTheOneInItsHand) {
  Simulation simulation = job({10, 1, 1, 1}, {lanes(1)});
  for (SimulatedChunk& each : simulation.chunks) each.read_seconds = 3;
  simulation.limits.window = 1;
  EXPECT_NEAR(simulate(simulation).makespan_seconds, 16 + 1, 1e-9)
      << "the fourth is read from second 13 to 16, as the first leaves at 13";
}

TEST(Simulator, AFullWindowHoldsLanesBack) {
  Simulation simulation = job({10, 1, 1, 1, 1}, {lanes(2)});
  simulation.limits.window = 3;
  const SimulatedRun run = simulate(simulation);
  EXPECT_NEAR(run.makespan_seconds, 11, 1e-9);
  EXPECT_NEAR(run.losses.window, 8, 1e-9);
  EXPECT_NEAR(run.losses.tail, 0, 1e-9);
  expect_sum(run);
}

TEST(Simulator, TheLimitOfUnfinishedChunksHoldsLanesBackAsTheWindowDoes) {
  Simulation simulation = job({10, 10}, {lanes(2)});
  simulation.limits.unfinished = 1;
  const SimulatedRun run = simulate(simulation);
  EXPECT_NEAR(run.makespan_seconds, 20, 1e-9);
  EXPECT_NEAR(run.losses.window, 10, 1e-9);
  EXPECT_NEAR(run.losses.reader, 0, 1e-9);
  expect_sum(run);
}

TEST(Simulator, ASlowLinkDeliversOneTaskAfterTheOther) {
  Simulation simulation = job({1, 1, 1}, {lanes(0), lanes(1), lanes(1), lanes(1)});
  for (SimulatedChunk& each : simulation.chunks) each.task_bytes = 1000;
  simulation.link.bytes_per_second = 100;
  simulation.link.latency_seconds = 0.5;
  const SimulatedRun run = simulate(simulation);
  EXPECT_NEAR(run.makespan_seconds, 30 + 0.5 + 1 + 0.5, 1e-9);
  EXPECT_NEAR(run.losses.link + run.losses.tail, 3 * 32 - 3, 1e-9);
  EXPECT_GT(run.losses.link, 50);
  expect_sum(run);
}

TEST(Simulator, ResultsQueueOnRankZerosLink) {
  Simulation simulation = job({1, 1, 1}, {lanes(0), lanes(1), lanes(1), lanes(1)});
  for (SimulatedChunk& each : simulation.chunks) each.result_bytes = 1000;
  simulation.link.bytes_per_second = 100;
  EXPECT_NEAR(simulate(simulation).makespan_seconds, 1 + 30, 1e-9);
}

TEST(Simulator, RankZeroNeedsNoLink) {
  Simulation simulation = job({1, 1, 1}, {lanes(3)});
  for (SimulatedChunk& each : simulation.chunks) each.task_bytes = each.result_bytes = 1'000'000;
  simulation.link.bytes_per_second = 1;
  simulation.link.latency_seconds = 100;
  EXPECT_NEAR(simulate(simulation).makespan_seconds, 1, 1e-9);
}

TEST(Simulator, TheOtherWorkOfRankZeroSlowsItsLanes) {
  Simulation simulation = job(std::vector<double>(4, 10), {lanes(2)});
  simulation.ranks[0].processors = 2;
  simulation.rank_zero_seconds = 10;
  const SimulatedRun run = simulate(simulation);
  EXPECT_NEAR(run.makespan_seconds, 25, 0.05) << "40 + 10 seconds on 2 processors";
  EXPECT_NEAR(run.losses.shared, 10, 0.1);
  expect_sum(run);
  simulation.ranks[0].processors = 3;
  EXPECT_NEAR(simulate(simulation).makespan_seconds, 20, 1e-9) << "a processor is left for it";
}

TEST(Simulator, WhatALostRankHadIsDoneAgain) {
  Simulation simulation = job({10, 10}, {lanes(1), lanes(1)});
  simulation.ranks[1].lost_at = 4;
  simulation.link.lease_seconds = 3;
  const SimulatedRun run = simulate(simulation);
  EXPECT_NEAR(run.makespan_seconds, 20, 1e-9);
  EXPECT_NEAR(run.losses.dead, 20, 1e-9);
  expect_sum(run);
  simulation.ranks[0].lanes = 2;
  EXPECT_NEAR(simulate(simulation).makespan_seconds, 10, 1e-9) << "nothing was on it";
}

TEST(Simulator, ALostRankIsMissedAfterItsLease) {
  Simulation simulation = job({10, 10, 1}, {lanes(1), lanes(1)});
  simulation.ranks[1].lost_at = 4;
  simulation.link.lease_seconds = 17;
  EXPECT_NEAR(simulate(simulation).makespan_seconds, 21 + 10, 1e-9);
}

/// Eight chunks that look alike, but one takes a minute: the lane that has it holds two more.
Simulation surprise(std::vector<SimulatedRank> ranks) {
  Simulation simulation = job({4, 4, 60, 4, 4, 4, 4, 4}, std::move(ranks), Strategy::steal);
  for (SimulatedChunk& each : simulation.chunks) each.work.frames = 400;
  simulation.policy.copies = false;
  simulation.policy.credit_seconds = 1e9;
  return simulation;
}

TEST(Simulator, StealingHelpsWhereALaneIsSlowerThanExpected) {
  const SimulatedRun run = simulate(surprise({lanes(1), lanes(1)}));
  EXPECT_EQ(run.steals, 2);
  EXPECT_NEAR(run.makespan_seconds, 64, 1e-9) << "its own two others would end at 72";
  EXPECT_NEAR(run.losses.tail, 40, 1e-9);
  expect_sum(run);
}

TEST(Simulator, AStolenPayloadTakesItsTimeOnTheLink) {
  Simulation slow = surprise({lanes(1), lanes(1)});
  slow.chunks[2].encode_seconds = 13;
  const SimulatedRun quick = simulate(slow);
  slow.link.latency_seconds = 0.5;
  const SimulatedRun run = simulate(slow);
  EXPECT_GT(quick.steals, 0);
  EXPECT_GT(run.steals, 0);
  EXPECT_GT(run.makespan_seconds, quick.makespan_seconds);
  EXPECT_GT(run.losses.link, 0.5);
  expect_sum(run);
}

TEST(Simulator, CountsCopiesAndWhatTheyCost) {
  const SimulatedRun run =
      simulate(job(std::vector<double>(12, 10), {lanes(2), lanes(1, 0.1)}, Strategy::steal));
  EXPECT_GT(run.copies, 0);
  EXPECT_GT(run.losses.copies, 0);
  expect_sum(run);
}

TEST(Simulator, RefusesWhatCannotEnd) {
  EXPECT_THROW((void)simulate(job({}, {lanes(1)})), Error);
  EXPECT_THROW((void)simulate(job({1}, {})), Error);
  EXPECT_THROW((void)simulate(job({1}, {lanes(0), lanes(0)})), Error);
  Simulation headless = job({1}, {lanes(1), lanes(1)});
  headless.ranks[0].lost_at = 5;
  EXPECT_THROW((void)simulate(headless), Error);
  Simulation all_lost = job({9, 9, 9}, {lanes(0), lanes(1), lanes(1)});
  all_lost.ranks[1].lost_at = 3;
  all_lost.ranks[2].lost_at = 4;
  EXPECT_THROW((void)simulate(all_lost), Error);
}

}  // namespace
}  // namespace mpienc::sched
