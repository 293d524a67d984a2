#include <algorithm>
#include <numeric>

#include <fmt/format.h>

#include "mpienc/app/job_limits.hpp"
#include "mpienc/app/simulate.hpp"

namespace mpienc::app {
namespace {

double programme_length(const store::ChunkRow& row) { return row.programme_end - row.programme_start; }

/// Sound is encoded beside the reader, which waits for it: each chunk brings its share of the busiest track.
std::vector<sched::SimulatedChunk> chunks_of(const store::RunRecord& record) {
  double programme = 0;
  for (const store::ChunkRow& row : record.chunks) programme += programme_length(row);
  const double audio = programme > 0 ? record.totals.audio_cpu / programme : 0;
  std::vector<sched::SimulatedChunk> chunks;
  for (const store::ChunkRow& row : record.chunks) {
    sched::SimulatedChunk chunk;
    chunk.work = {row.end_packet - row.first_packet, row.bytes_in, record.info.pixels};
    chunk.encode_seconds = row.encode_cpu > 0 ? row.encode_cpu : row.encode_wall;
    chunk.read_seconds = std::max(row.read_cpu, audio * programme_length(row));
    chunk.task_bytes = row.bytes_in;
    chunk.result_bytes = row.bytes_out;
    chunks.push_back(chunk);
  }
  return chunks;
}

sched::Policy policy_for(const store::RunRecord& record, const SimulateOptions& options) {
  if (options.schedule) return sched::policy_of(*options.schedule);
  const auto strategy = sched::strategy_named(record.info.schedule);
  if (!strategy) {
    throw Error(ExitStatus::input,
                fmt::format("'{}' was recorded with the schedule '{}', which this mpienc does "
                            "not know; choose one by --schedule",
                            options.record.string(), record.info.schedule));
  }
  auto policy = sched::policy_of(*strategy);
  policy.credits = record.info.credits;
  return policy;
}

SimulatedHost host_of_rank_zero(const store::RunRecord& record) {
  const auto zero = std::ranges::find(record.ranks, 0, &store::RankRow::rank);
  if (zero == record.ranks.end()) return {};
  return {zero->host, std::max(1, zero->processors), 1};
}

/// The hosts in turn, again from the first, until the lanes are reached; the last may be cut.
std::vector<sched::SimulatedRank> ranks_of(const std::vector<SimulatedHost>& hosts, int lanes) {
  std::vector<sched::SimulatedRank> ranks;
  for (std::size_t at = 0; lanes > 0; at = (at + 1) % hosts.size()) {
    sched::SimulatedRank rank;
    rank.lanes = std::min(lanes, hosts[at].lanes);
    rank.speed = hosts[at].speed;
    rank.processors = hosts[at].lanes;
    lanes -= rank.lanes;
    ranks.push_back(rank);
  }
  return ranks;
}

/// A rank that only larger clusters have is lost only there.
void lose(const std::vector<KilledRank>& lost, std::vector<sched::SimulatedRank>& ranks) {
  for (const KilledRank& one : lost) {
    if (static_cast<std::size_t>(one.rank) < ranks.size()) {
      ranks[static_cast<std::size_t>(one.rank)].lost_at = one.seconds;
    }
  }
}

void check_lost(const std::vector<KilledRank>& lost, std::size_t most_ranks) {
  for (const KilledRank& one : lost) {
    if (static_cast<std::size_t>(one.rank) < most_ranks) continue;
    throw Error(ExitStatus::usage,
                fmt::format("--kill names rank {}, but the largest cluster has {} rank{}, 0 to {}", one.rank,
                            most_ranks, most_ranks == 1 ? "" : "s", most_ranks - 1));
  }
}

}  // namespace

std::vector<sched::Simulation> simulations_of(const store::RunRecord& record,
                                              const SimulateOptions& options) {
  if (record.chunks.empty()) {
    throw Error(
        ExitStatus::input,
        fmt::format("'{}' records a job whose video was not encoded in chunks (copied or relayed, or none): "
                    "there is nothing to simulate",
                    options.record.string()));
  }
  sched::Simulation simulation;
  simulation.chunks = chunks_of(record);
  if (std::ranges::none_of(simulation.chunks, [](const auto& chunk) { return chunk.encode_seconds > 0; })) {
    throw Error(ExitStatus::input, fmt::format("'{}' holds no encoding times: there is nothing to simulate",
                                               options.record.string()));
  }
  simulation.policy = policy_for(record, options);
  simulation.rank_zero_seconds = record.totals.rank_zero_cpu;
  simulation.link.bytes_per_second = options.link_bytes_per_second;
  simulation.link.latency_seconds = options.latency_seconds;

  auto hosts = options.hosts;
  if (hosts.empty()) hosts.push_back(host_of_rank_zero(record));
  auto lane_counts = options.lanes;
  if (lane_counts.empty()) {
    lane_counts.push_back(std::accumulate(hosts.begin(), hosts.end(), 0,
                                          [](int sum, const auto& host) { return sum + host.lanes; }));
  }
  std::vector<sched::Simulation> simulations;
  for (const int lanes : lane_counts) {
    simulation.ranks = ranks_of(hosts, lanes);
    lose(options.lost, simulation.ranks);
    simulation.limits = limits_for(lanes, static_cast<int>(simulation.ranks.size()), simulation.policy);
    simulations.push_back(simulation);
  }
  check_lost(options.lost, simulations.back().ranks.size());
  return simulations;
}

}  // namespace mpienc::app
