#include "mpienc/sched/simulator.hpp"

#include <algorithm>
#include <cmath>

#include "mpienc/core/error.hpp"
#include "simulator_job.hpp"

namespace mpienc::sched {
namespace {

constexpr int most_rounds = 6;
constexpr double stable = 1e-3;
constexpr double least_share = 0.1;

void check(const Simulation& simulation) {
  const auto& ranks = simulation.ranks;
  const bool lanes = std::ranges::any_of(ranks, [](const SimulatedRank& rank) { return rank.lanes > 0; });
  if (simulation.chunks.empty() || !lanes) {
    throw Error(ExitStatus::internal, "nothing to simulate: it takes a chunk and a lane or more");
  }
  if (ranks.front().lost_at) {
    throw Error(ExitStatus::internal, "rank 0 of a simulated cluster cannot be lost");
  }
}

/// Seconds of work that a lane does per second where other threads use so many of the rank's processors.
double rate_of(const SimulatedRank& rank, double used_by_others) {
  if (rank.lanes == 0) return rank.speed;
  const double processors = rank.processors > 0 ? rank.processors : rank.lanes;
  return rank.speed * std::clamp((processors - used_by_others) / rank.lanes, least_share, 1.0);
}

/// No job is done sooner.
double shortest_makespan(const Simulation& simulation) {
  double work = 0, reading = 0, capacity = 0;
  for (const SimulatedChunk& chunk : simulation.chunks) {
    work += chunk.encode_seconds;
    reading += chunk.read_seconds;
  }
  for (const SimulatedRank& rank : simulation.ranks) capacity += rank.lanes * rank.speed;
  return std::max(work / capacity, reading);
}

}  // namespace

SimulatedRun simulate(const Simulation& simulation) {
  check(simulation);
  std::vector<double> rates;
  for (const SimulatedRank& rank : simulation.ranks) rates.push_back(rate_of(rank, 0));
  SimulatedRun run;
  run.makespan_seconds = shortest_makespan(simulation);
  // How much rank 0's other threads take from its lanes depends on how long the job lasts, and vice versa.
  for (int round = 0; round < most_rounds; ++round) {
    const double expected = run.makespan_seconds;
    const double other_threads = expected > 0 ? simulation.rank_zero_seconds / expected : 0;
    rates.front() = rate_of(simulation.ranks.front(), other_threads);
    run = SimulatedJob(simulation, rates).run();
    const bool settled = std::abs(run.makespan_seconds - expected) <= stable * run.makespan_seconds;
    if (settled || simulation.rank_zero_seconds <= 0) break;
  }
  return run;
}

}  // namespace mpienc::sched
