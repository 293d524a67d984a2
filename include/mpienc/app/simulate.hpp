#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "mpienc/core/error.hpp"
#include "mpienc/sched/policy.hpp"
#include "mpienc/sched/simulator.hpp"
#include "mpienc/store/run_record.hpp"

namespace mpienc::app {

/// A host of a simulated cluster: one rank with so many lanes of this speed.
struct SimulatedHost {
  std::string name;
  int lanes = 1;
  double speed = 1;

  friend bool operator==(const SimulatedHost&, const SimulatedHost&) = default;
};

struct KilledRank {
  int rank = 1;
  double seconds = 0;

  friend bool operator==(const KilledRank&, const KilledRank&) = default;
};

/// The command line of `mpienc simulate` as values; see its --help.
struct SimulateOptions {
  std::filesystem::path record;
  std::vector<int> lanes;            ///< in all, one simulation each, rising; empty: those of the hosts
  std::vector<SimulatedHost> hosts;  ///< the first is rank 0; empty: hosts like the record's rank 0
  std::string hosts_text;            ///< --hosts as given
  double link_bytes_per_second = 1.25e9;
  double latency_seconds = 50e-6;
  std::optional<sched::Strategy> schedule;  ///< else the record's
  std::vector<KilledRank> lost;
  bool csv = false;
};

/// Whether the command line begins with the word simulate. A file of that name is ./simulate.
[[nodiscard]] bool asks_to_simulate(int argc, const char* const* argv);

/// Throws Error(usage) with one line that names the option. Returns nothing after it has printed --help.
[[nodiscard]] std::optional<SimulateOptions> parse_simulate_options(int argc, const char* const* argv);

/// One simulation per number of lanes asked for. Throws Error(input) for a record without chunks or encoding
/// times, Error(usage) for a lost rank that no cluster has.
[[nodiscard]] std::vector<sched::Simulation> simulations_of(const store::RunRecord& record,
                                                            const SimulateOptions& options);

/// Runs `mpienc simulate ...` and prints its table; ranks other than 0 of an mpirun do nothing. Never
/// initialises MPI. Throws Error.
void run_simulate(int argc, const char* const* argv);

}  // namespace mpienc::app
