#pragma once

#include <cstddef>
#include <vector>

#include "mpienc/sched/simulator.hpp"

namespace mpienc::sched {

enum class Outcome {
  undecided,  ///< runs, or its result has not arrived
  counted,    ///< its result is the chunk's
  wasted,     ///< another's is
  dead,       ///< its rank was lost
};

/// A lane at work on a chunk; seconds.
struct LaneRun {
  int chunk, rank;
  double begin, end;
  bool ended = false;
  Outcome outcome = Outcome::undecided;
};

/// Where the lanes' time goes: busy in runs, or idle for what the scheduler says that lanes wait for.
class Account {
 public:
  /// `rates`: of each rank, seconds of work per second and lane. The simulation outlives it.
  Account(const Simulation& simulation, std::vector<double> rates);

  /// Returns the index of the run.
  std::size_t begin(int chunk, int rank, double now);
  void end(std::size_t run, double now, Outcome outcome);
  void decide(std::size_t run, Outcome outcome) { runs_[run].outcome = outcome; }
  [[nodiscard]] const LaneRun& run(std::size_t index) const { return runs_[index]; }
  [[nodiscard]] int lanes_of(int rank) const;

  /// The rank's lanes count as dead from now on; its runs have ended.
  void lose(int rank, double now);
  /// The lanes that are idle now stay so for so long.
  void idle(double seconds, const IdleLanes& causes);
  [[nodiscard]] int living_lanes() const { return living_lanes_; }

  /// Sums up at the end of the job; runs that are undecided then are copies.
  [[nodiscard]] SimulatedRun result(double makespan) const;

 private:
  struct Lost {
    int rank;
    double at;
  };
  [[nodiscard]] const SimulatedRank& rank(int rank) const;
  void occupy(int rank, int lanes);

  const Simulation& simulation_;
  std::vector<double> rates_;
  std::vector<LaneRun> runs_;
  std::vector<Lost> lost_;
  int living_lanes_ = 0, idle_lanes_ = 0;
  double idle_capacity_ = 0;  ///< sum of the speeds of the idle lanes
  SimulatedLosses idle_;
};

}  // namespace mpienc::sched
