#include "simulator_account.hpp"

#include <algorithm>
#include <utility>

namespace mpienc::sched {

Account::Account(const Simulation& simulation, std::vector<double> rates)
    : simulation_(simulation), rates_(std::move(rates)) {
  for (int i = 0; i < static_cast<int>(simulation.ranks.size()); ++i) {
    living_lanes_ += lanes_of(i);
    occupy(i, -lanes_of(i));
  }
}

std::size_t Account::begin(int chunk, int rank, double now) {
  runs_.push_back({chunk, rank, now, now});
  occupy(rank, 1);
  return runs_.size() - 1;
}

void Account::end(std::size_t run, double now, Outcome outcome) {
  LaneRun& ended = runs_[run];
  ended.end = now;
  ended.ended = true;
  ended.outcome = outcome;
  occupy(ended.rank, -1);
}

void Account::lose(int rank, double now) {
  lost_.push_back({rank, now});
  living_lanes_ -= lanes_of(rank);
  occupy(rank, lanes_of(rank));
  for (LaneRun& run : runs_) {
    if (run.rank == rank && run.outcome == Outcome::undecided) run.outcome = Outcome::dead;
  }
}

void Account::idle(double seconds, const IdleLanes& causes) {
  if (idle_lanes_ == 0 || seconds <= 0) return;
  // A lane whose result or whose next chunk is on its way is not idle to the scheduler.
  const int unknown = std::max(0, idle_lanes_ - causes.total());
  const double share = seconds * idle_capacity_ / (causes.total() + unknown);
  idle_.reader += share * causes.reader;
  idle_.link += share * (causes.link + unknown);
  idle_.window += share * causes.window;
  idle_.tail += share * causes.tail;
}

SimulatedRun Account::result(double makespan) const {
  SimulatedRun result{.makespan_seconds = makespan, .losses = idle_};
  for (const SimulatedChunk& chunk : simulation_.chunks) result.work_seconds += chunk.encode_seconds;
  for (const SimulatedRank& each : simulation_.ranks) result.capacity += each.lanes * each.speed;
  for (const LaneRun& run : runs_) {
    const double seconds = (run.ended ? run.end : makespan) - run.begin;
    const double speed = rank(run.rank).speed, rate = rates_[static_cast<std::size_t>(run.rank)];
    if (run.outcome == Outcome::dead) {
      result.losses.dead += seconds * speed;
      continue;
    }
    result.losses.shared += seconds * (speed - rate);
    if (run.outcome != Outcome::counted) result.losses.copies += seconds * rate;
  }
  for (const Lost& lost : lost_) {
    result.losses.dead += (makespan - lost.at) * lanes_of(lost.rank) * rank(lost.rank).speed;
  }
  return result;
}

int Account::lanes_of(int rank) const { return this->rank(rank).lanes; }

const SimulatedRank& Account::rank(int rank) const {
  return simulation_.ranks[static_cast<std::size_t>(rank)];
}

void Account::occupy(int rank, int lanes) {
  idle_lanes_ -= lanes;
  idle_capacity_ -= lanes * this->rank(rank).speed;
}

}  // namespace mpienc::sched
