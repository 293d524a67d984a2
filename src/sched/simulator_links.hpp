#pragma once

#include <cstdint>
#include <deque>
#include <vector>

#include "mpienc/sched/simulator.hpp"
#include "simulator_agenda.hpp"

namespace mpienc::sched {

/// The links of all ranks. A payload takes its turn on the sender's link, then on the receiver's. Real
/// transports send frames of several payloads in turn; the last of them arrives at the same time.
class Links {
 public:
  /// The agenda outlives it.
  Links(Agenda& agenda, SimulatedLink link, int ranks);

  /// One of both happens, but neither where nobody is left to receive it.
  struct Ends {
    Agenda::Action arrived;
    Agenda::Action lost;  ///< the sender stopped before it had arrived
  };
  void send(int from, int to, std::int64_t bytes, Ends ends);
  /// The rank sends and receives no more, also what it has begun.
  void stop(int rank);

 private:
  struct Payload {
    int to;
    double seconds;
    Ends ends;
  };
  struct Link {
    std::deque<Payload> outgoing;
    bool sending = false;
    double receives_until = 0;
    bool stopped = false;
  };
  void send_next(int from);
  void end(int from, const Payload& payload);
  [[nodiscard]] Link& of(int rank) { return links_[static_cast<std::size_t>(rank)]; }

  Agenda& agenda_;
  SimulatedLink link_;
  std::vector<Link> links_;
};

}  // namespace mpienc::sched
