#include "mpienc/app/simulate.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <iostream>
#include <string_view>

#include <fmt/format.h>

#include "mpienc/report/format.hpp"
#include "mpienc/report/simulation_table.hpp"

namespace mpienc::app {
namespace {

/// By the launcher's environment alone: a rank that never initialises MPI may just leave.
bool is_other_rank() {
  constexpr std::array variables{"OMPI_COMM_WORLD_RANK", "PMIX_RANK", "PMI_RANK"};
  return std::ranges::any_of(variables, [](const char* variable) {
    const char* rank = std::getenv(variable);
    return rank != nullptr && std::string_view(rank) != "0";
  });
}

report::SimulatedJob describe(const store::RunRecord& record, const SimulateOptions& options,
                              const sched::Simulation& simulation) {
  report::SimulatedJob job;
  job.record = options.record.string();
  job.chunks = static_cast<std::int64_t>(record.chunks.size());
  for (const store::RankRow& rank : record.ranks) job.recorded_lanes += rank.lanes;
  job.recorded_ranks = static_cast<int>(record.ranks.size());
  double begin = record.chunks.front().programme_start, end = begin;
  for (const store::ChunkRow& row : record.chunks) {
    begin = std::min(begin, row.programme_start);
    end = std::max(end, row.programme_end);
    job.read_seconds += row.read_cpu;
  }
  for (const auto& chunk : simulation.chunks) job.encode_seconds += chunk.encode_seconds;
  job.programme_seconds = end - begin;
  job.audio_seconds = record.totals.audio_cpu;
  job.hosts = options.hosts.empty()
                  ? "hosts of " + report::counted(simulation.ranks.front().processors, "lane")
                  : "hosts " + options.hosts_text;
  job.schedule = sched::name_of(simulation.policy.strategy);
  job.link_bytes_per_second = options.link_bytes_per_second;
  job.latency_seconds = options.latency_seconds;
  return job;
}

report::SimulatedRow play(const sched::Simulation& simulation) {
  report::SimulatedRow row;
  row.run = sched::simulate(simulation);
  row.ranks = static_cast<int>(simulation.ranks.size());
  for (const auto& rank : simulation.ranks) row.lanes += rank.lanes;
  std::int64_t task_bytes = 0;
  for (const auto& chunk : simulation.chunks) task_bytes += chunk.task_bytes;
  const auto& zero = simulation.ranks.front();
  row.sent_bytes_per_second =
      static_cast<double>(task_bytes) * (row.run.capacity - zero.lanes * zero.speed) / row.run.work_seconds;
  return row;
}

}  // namespace

bool asks_to_simulate(int argc, const char* const* argv) {
  return argc > 1 && std::string_view(argv[1]) == "simulate";
}

void run_simulate(int argc, const char* const* argv) {
  if (is_other_rank()) return;
  const auto options = parse_simulate_options(argc - 1, argv + 1);
  if (!options) return;
  const auto record = store::read_run_record(options->record);
  const auto simulations = simulations_of(record, *options);
  std::vector<report::SimulatedRow> rows;
  for (const auto& simulation : simulations) rows.push_back(play(simulation));
  std::cout << (options->csv ? report::simulation_csv(rows)
                             : report::simulation_text(describe(record, *options, simulations.front()), rows))
            << std::flush;
  if (!std::cout) throw Error(ExitStatus::output, "the table cannot be written to standard output");
}

}  // namespace mpienc::app
