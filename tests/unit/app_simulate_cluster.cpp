#include <gmock/gmock.h>

#include "mpienc/app/job_limits.hpp"
#include "mpienc/app/simulate.hpp"

namespace mpienc::app {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;

store::ChunkRow chunk(int number, double start, double end) {
  store::ChunkRow row;
  row.chunk = number;
  row.first_packet = 250 * number;
  row.end_packet = 250 * number + 240;
  row.programme_start = start;
  row.programme_end = end;
  row.frames = 250;
  row.bytes_in = 1000 + number;
  row.bytes_out = 100 + number;
  row.read_cpu = 0.5;
  row.encode_cpu = 8;
  row.encode_wall = 9;
  return row;
}

store::RunRecord record() {
  store::RunRecord run;
  run.info.schedule = "steal";
  run.info.credits = 3;
  run.info.pixels = 720 * 576;
  run.totals.rank_zero_cpu = 7;
  run.totals.audio_cpu = 4;
  run.chunks = {chunk(0, 0, 10), chunk(1, 10, 20), chunk(2, 20, 40)};
  store::RankRow rank;
  rank.rank = 1;
  rank.processors = 16;
  run.ranks.push_back(rank);
  rank.rank = 0;
  rank.processors = 4;
  rank.lanes = 2;
  run.ranks.push_back(rank);
  return run;
}

SimulateOptions options() {
  SimulateOptions chosen;
  chosen.record = "run.h5";
  chosen.lanes = {6};
  return chosen;
}

std::vector<int> lanes_of(const sched::Simulation& simulation) {
  std::vector<int> lanes;
  for (const auto& rank : simulation.ranks) lanes.push_back(rank.lanes);
  return lanes;
}

Error refusal(const store::RunRecord& run, const SimulateOptions& chosen) {
  try {
    static_cast<void>(simulations_of(run, chosen));
  } catch (const Error& error) {
    return error;
  }
  return Error(ExitStatus::success, "no complaint");
}

TEST(SimulateCluster, ChunksTakeTheirTimesFromTheRecord) {
  auto run = record();
  run.chunks[1].encode_cpu = 0;
  const auto simulations = simulations_of(run, options());
  ASSERT_THAT(simulations, SizeIs(1));
  const auto& chunks = simulations[0].chunks;
  ASSERT_THAT(chunks, SizeIs(3));
  EXPECT_EQ(chunks[0].work.frames, 240);
  EXPECT_EQ(chunks[2].work.bytes, 1002);
  EXPECT_EQ(chunks[2].work.pixels, 720 * 576);
  EXPECT_EQ(chunks[2].task_bytes, 1002);
  EXPECT_EQ(chunks[2].result_bytes, 102);
  EXPECT_DOUBLE_EQ(chunks[0].encode_seconds, 8);
  EXPECT_DOUBLE_EQ(chunks[1].encode_seconds, 9) << "wall where there is no CPU time";
  EXPECT_DOUBLE_EQ(simulations[0].rank_zero_seconds, 7);
}

TEST(SimulateCluster, SoundHoldsTheReaderWhereItIsSlower) {
  auto run = record();
  auto read = simulations_of(run, options())[0].chunks;
  EXPECT_DOUBLE_EQ(read[0].read_seconds, 1) << "a quarter of 4 s of sound";
  EXPECT_DOUBLE_EQ(read[2].read_seconds, 2);
  run.chunks[0].read_cpu = 1.5;
  EXPECT_DOUBLE_EQ(simulations_of(run, options())[0].chunks[0].read_seconds, 1.5);
  for (auto& row : run.chunks) row.programme_end = row.programme_start;
  read = simulations_of(run, options())[0].chunks;
  EXPECT_DOUBLE_EQ(read[2].read_seconds, 0.5) << "no programme time, no share";
}

TEST(SimulateCluster, HostsLikeRankZeroByDefault) {
  auto chosen = options();
  chosen.lanes = {1, 4, 10};
  const auto simulations = simulations_of(record(), chosen);
  ASSERT_THAT(simulations, SizeIs(3));
  EXPECT_THAT(lanes_of(simulations[0]), ElementsAre(1));
  EXPECT_THAT(lanes_of(simulations[1]), ElementsAre(4));
  EXPECT_THAT(lanes_of(simulations[2]), ElementsAre(4, 4, 2));
  EXPECT_EQ(simulations[2].ranks[2].processors, 4);
  EXPECT_EQ(simulations[0].ranks[0].processors, 4);
}

TEST(SimulateCluster, HostsAreTakenInTurnUntilTheLanesAreReached) {
  auto chosen = options();
  chosen.hosts = {{"fast", 3, 1}, {"slow", 2, 0.3}};
  chosen.lanes = {2, 9};
  const auto simulations = simulations_of(record(), chosen);
  EXPECT_THAT(lanes_of(simulations[0]), ElementsAre(2));
  EXPECT_THAT(lanes_of(simulations[1]), ElementsAre(3, 2, 3, 1));
  EXPECT_DOUBLE_EQ(simulations[1].ranks[3].speed, 0.3);
  chosen.lanes = {};
  EXPECT_THAT(lanes_of(simulations_of(record(), chosen).at(0)), ElementsAre(3, 2));
}

TEST(SimulateCluster, LostRanksAreLostWhereTheyAre) {
  auto chosen = options();
  chosen.lanes = {4, 12};
  chosen.lost = {{2, 30}};
  const auto simulations = simulations_of(record(), chosen);
  ASSERT_THAT(simulations[0].ranks, SizeIs(1));
  EXPECT_FALSE(simulations[0].ranks[0].lost_at);
  EXPECT_FALSE(simulations[1].ranks[1].lost_at);
  EXPECT_EQ(simulations[1].ranks[2].lost_at, 30);
  chosen.lost = {{3, 30}};
  const Error error = refusal(record(), chosen);
  EXPECT_EQ(error.status(), ExitStatus::usage);
  EXPECT_THAT(error.what(), HasSubstr("--kill names rank 3, but the largest cluster has 3 ranks, 0 to 2"));
}

TEST(SimulateCluster, TheScheduleIsTheRecordsUnlessChosen) {
  auto chosen = options();
  auto simulation = simulations_of(record(), chosen)[0];
  EXPECT_EQ(simulation.policy.strategy, sched::Strategy::steal);
  EXPECT_EQ(simulation.policy.credits, 3);
  EXPECT_EQ(simulation.limits.unfinished, limits_for(6, 2, simulation.policy).unfinished);
  chosen.schedule = sched::Strategy::on_demand;
  simulation = simulations_of(record(), chosen)[0];
  EXPECT_EQ(simulation.policy.strategy, sched::Strategy::on_demand);
  EXPECT_EQ(simulation.limits.unfinished, limits_for(6, 2, simulation.policy).unfinished);

  auto run = record();
  run.info.schedule = "fancy";
  const Error error = refusal(run, options());
  EXPECT_EQ(error.status(), ExitStatus::input);
  EXPECT_THAT(error.what(), HasSubstr("'run.h5' was recorded with the schedule 'fancy'"));
  EXPECT_STREQ(refusal(run, chosen).what(), "no complaint");
}

TEST(SimulateCluster, NothingToSimulate) {
  auto run = record();
  for (auto& row : run.chunks) row.encode_cpu = row.encode_wall = 0;
  EXPECT_THAT(refusal(run, options()).what(), HasSubstr("'run.h5' holds no encoding times"));
  run.chunks.clear();
  const Error error = refusal(run, options());
  EXPECT_EQ(error.status(), ExitStatus::input);
  EXPECT_THAT(error.what(), HasSubstr("'run.h5' records a job whose video was not encoded in chunks"));
}

TEST(JobLimits, TheReaderIsAheadOfWhatTheRanksHold) {
  for (const auto strategy : {sched::Strategy::steal, sched::Strategy::on_demand, sched::Strategy::guided,
                              sched::Strategy::shares}) {
    for (const int lanes : {1, 2, 9, 4096}) {
      auto policy = sched::policy_of(strategy);
      const int ranks = (lanes + 3) / 4;
      const auto limits = limits_for(lanes, ranks, policy);
      EXPECT_GT(limits.unfinished, lanes + policy.credits * ranks);
      EXPECT_GT(limits.window, 2 * limits.unfinished) << "room for finished ones behind a slow one";
      EXPECT_GT(limits.ahead_bytes, 0);
      policy.credits += 5;
      EXPECT_EQ(limits_for(lanes, ranks, policy).unfinished > limits.unfinished,
                strategy == sched::Strategy::steal)
          << "credits are for steal";
    }
  }
}

}  // namespace
}  // namespace mpienc::app
