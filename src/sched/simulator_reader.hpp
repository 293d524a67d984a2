#pragma once

#include <vector>

#include "mpienc/sched/scheduler.hpp"
#include "mpienc/sched/simulator.hpp"
#include "simulator_agenda.hpp"

namespace mpienc::sched {

/// Makes one chunk after the other. Between it and the scheduler stands a queue of one chunk: while that is
/// full, it holds the next one and reads no further.
class Reader {
 public:
  /// Both outlive it.
  Reader(Agenda& agenda, const std::vector<SimulatedChunk>& chunks);

  void begin() { read(); }
  /// Hands over what the scheduler wants and the queue holds, one chunk, or the end of the plan; returns
  /// whether it did.
  bool feed(Scheduler& scheduler);

 private:
  void read();
  void enqueue();

  Agenda& agenda_;
  const std::vector<SimulatedChunk>& chunks_;
  std::size_t made_count_ = 0, planned_ = 0;
  bool queued_ = false, held_ = false, complete_ = false;
};

}  // namespace mpienc::sched
