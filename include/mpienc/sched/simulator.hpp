#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <vector>

#include "mpienc/plan/work.hpp"
#include "mpienc/sched/policy.hpp"
#include "mpienc/sched/scheduler.hpp"

namespace mpienc::sched {

struct SimulatedChunk {
  plan::Work work;
  double encode_seconds = 0;      ///< on a lane of speed 1
  double read_seconds = 0;        ///< that the reader needs to make this chunk after the one before
  std::int64_t task_bytes = 0;    ///< to the rank that encodes it
  std::int64_t result_bytes = 0;  ///< back
};

/// One rank on a host of its own; the first is rank 0, which needs no link to itself.
struct SimulatedRank {
  int lanes = 1;
  double speed = 1;
  int processors = 0;             ///< that its lanes, and on rank 0 its other threads, share; 0: one per lane
  std::optional<double> lost_at;  ///< seconds; never rank 0
};

/// The same for every rank: each has one link in each direction, which carries one payload after the other.
/// Messages without a payload take the latency only.
struct SimulatedLink {
  double bytes_per_second = std::numeric_limits<double>::infinity();
  double latency_seconds = 0;
  double lease_seconds = 10;  ///< after which a lost rank is noticed
};

struct Simulation {
  std::vector<SimulatedChunk> chunks;
  std::vector<SimulatedRank> ranks;
  SimulatedLink link;
  Policy policy;
  Limits limits;
  double rank_zero_seconds = 0;  ///< CPU time of rank 0 beside its lanes: reading, audio, muxing
};

/// Lane time that encoded nothing new, in lane seconds.
struct SimulatedLosses {
  double reader = 0, link = 0, window = 0, tail = 0;  ///< as IdleLanes
  double shared = 0;  ///< lanes slowed by each other, and on rank 0 by its other threads
  double copies = 0;  ///< second copies whose result did not count
  double dead = 0;    ///< work and lanes of lost ranks
};

struct SimulatedRun {
  double makespan_seconds = 0;
  double work_seconds = 0;  ///< of all chunks, at speed 1
  double capacity = 0;      ///< sum of lanes * speed
  int steals = 0, copies = 0;
  SimulatedLosses losses;  ///< weighted by the lane's speed: they add up to makespan * capacity - work

  /// The part of what the lanes could have done that they did, 0 to 1.
  [[nodiscard]] double efficiency() const {
    return makespan_seconds > 0 ? work_seconds / (makespan_seconds * capacity) : 1;
  }
};

/// Plays the job in virtual time through the Scheduler that real runs use. Deterministic; O(n log n).
/// Throws Error(internal) without ranks, lanes or chunks, where rank 0 is lost, or where all lanes are.
[[nodiscard]] SimulatedRun simulate(const Simulation& simulation);

}  // namespace mpienc::sched
