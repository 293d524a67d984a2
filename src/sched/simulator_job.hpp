#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "mpienc/sched/scheduler.hpp"
#include "mpienc/sched/simulator.hpp"
#include "simulator_account.hpp"
#include "simulator_agenda.hpp"
#include "simulator_lanes.hpp"
#include "simulator_links.hpp"
#include "simulator_reader.hpp"

namespace mpienc::sched {

/// One job in virtual time with given speeds: carries out what the scheduler commands and tells it what
/// happened. To be run once.
class SimulatedJob {
 public:
  /// `rates`: of each rank, seconds of work per second and lane. The simulation outlives it.
  SimulatedJob(const Simulation& simulation, const std::vector<double>& rates);
  SimulatedRun run();

 private:
  /// The payload last sent to a rank, by {chunk, rank}, and what was ordered before it is there.
  struct OnItsWay {
    std::int64_t number = 0;  ///< counts all that were sent
    int from = 0;
    bool cancelled = false;
    std::optional<int> thief = {};
  };
  using Chunk = std::pair<int, int>;  ///< and a rank

  void settle();
  void advance();
  void tick();
  void lose(int rank);
  void notice_loss(int rank);

  void carry_out(const Assign& assign);
  void carry_out(const Steal& steal);
  void carry_out(const Cancel& cancel);
  void carry_out(const Release&) {}
  void carry_out(const Finished&) {}

  void deliver(int from, int to, int chunk);
  OnItsWay& set_off(int from, int to, int chunk);
  void arrived(int to, int chunk, std::int64_t number);
  void asked_to_pass_on(const Steal& steal);
  void pass_on(const Steal& steal);
  void answer(const Steal& steal, bool moved);
  void started(int chunk, int rank);
  void done(std::size_t run);
  /// Between rank 0 and another; at once to itself.
  void message(int other_rank, Agenda::Action action);

  [[nodiscard]] Lanes& lanes(int rank) { return lanes_[static_cast<std::size_t>(rank)]; }
  [[nodiscard]] const SimulatedChunk& chunk(int chunk) const {
    return simulation_.chunks[static_cast<std::size_t>(chunk)];
  }

  const Simulation& simulation_;
  Agenda agenda_;
  Scheduler scheduler_;
  Account account_;
  Links links_;
  Reader reader_;
  std::vector<Lanes> lanes_;
  std::map<Chunk, OnItsWay> on_its_way_;
  std::set<int> noticed_;  ///< lost ranks that rank 0 knows of
  std::int64_t sent_ = 0;
  double tick_seconds_;
  int idle_ticks_ = 0;
  int steals_ = 0, copies_ = 0;
};

}  // namespace mpienc::sched
