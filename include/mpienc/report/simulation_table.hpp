#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "mpienc/sched/simulator.hpp"

namespace mpienc::report {

/// The job that is simulated, and what is the same in every row.
struct SimulatedJob {
  std::string record;  ///< its file
  double programme_seconds = 0;
  std::int64_t chunks = 0;
  int recorded_lanes = 0, recorded_ranks = 0;
  double encode_seconds = 0;                   ///< CPU, of all chunks
  double read_seconds = 0, audio_seconds = 0;  ///< CPU, of the reader and of the busiest audio track
  std::string hosts;                           ///< in words
  std::string schedule;
  double link_bytes_per_second = 0, latency_seconds = 0;
};

struct SimulatedRow {
  int lanes = 0, ranks = 0;
  double sent_bytes_per_second = 0;  ///< that rank 0 would send if no lane ever waited
  sched::SimulatedRun run;
};

/// The table with a header and, at its end, what costs the last row most and what would mend it. Columns of
/// losses that show nothing are left out. At least one row.
[[nodiscard]] std::string simulation_text(const SimulatedJob& job, const std::vector<SimulatedRow>& rows);
/// One line per row under a line of names; times in seconds, efficiency and losses as fractions.
[[nodiscard]] std::string simulation_csv(const std::vector<SimulatedRow>& rows);

}  // namespace mpienc::report
