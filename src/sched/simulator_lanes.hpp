#pragma once

#include <deque>
#include <functional>
#include <vector>

#include "mpienc/sched/simulator.hpp"
#include "simulator_account.hpp"
#include "simulator_agenda.hpp"

namespace mpienc::sched {

/// The lanes of one rank and the chunks that wait for one, begun in the order in which they came.
class Lanes {
 public:
  struct Events {
    std::function<void(int chunk)> started;
    std::function<void(std::size_t run)> done;  ///< index of the run in the account
  };
  /// All but `events` outlive it. `rate`: seconds of work per second and lane.
  Lanes(Agenda& agenda, Account& account, const std::vector<SimulatedChunk>& chunks, int rank, double rate,
        Events events);

  /// A chunk that is here already is not taken again.
  void take(int chunk);
  /// Returns false where the chunk does not wait here.
  bool withdraw(int chunk);
  /// Returns false where the chunk neither waits nor runs here.
  bool cancel(int chunk);
  /// Nothing that is here happens any more.
  void stop();
  [[nodiscard]] bool stopped() const { return stopped_; }

 private:
  /// Returns the chunks begun.
  std::vector<int> begin_waiting();
  void tell(const std::vector<int>& begun) const;
  void finish(std::size_t run);
  bool forget(std::size_t run);

  Agenda& agenda_;
  Account& account_;
  const std::vector<SimulatedChunk>& chunks_;
  int rank_;
  double rate_;
  Events events_;
  std::deque<int> waiting_;
  std::vector<std::size_t> running_;
  int lanes_;
  bool stopped_ = false;
};

}  // namespace mpienc::sched
