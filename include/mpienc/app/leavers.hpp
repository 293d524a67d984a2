#pragma once

#include <chrono>
#include <map>
#include <set>
#include <string_view>
#include <vector>

#include "mpienc/app/attendance.hpp"
#include "mpienc/app/digest_relay.hpp"
#include "mpienc/app/job_log.hpp"
#include "mpienc/app/suspects.hpp"
#include "mpienc/app/team.hpp"
#include "mpienc/net/transport.hpp"
#include "mpienc/sched/scheduler.hpp"

namespace mpienc::app {

/// Which of the job's own ranks may end before the others. Those that have joined always may.
struct Leave {
  bool when_drained = false;  ///< else they stay, without work and asleep
  bool when_surplus = false;
};

/// Ranks that leave while the job goes on: drained on request, or not needed any more at its end. They finish
/// what they run, then they are dismissed as all are at the end.
class Leavers {
 public:
  /// All outlive it; `digest` may be null.
  struct Parts {
    net::Transport& transport;
    sched::Scheduler& scheduler;
    const Team& team;
    const std::set<int>& lost;
    Attendance& attendance;
    Suspects& suspects;
    DigestRelay* digest;
    JobLog& log;
    Logger& logger;
  };
  Leavers(const Parts& parts, const Leave& leave) : parts_(parts), leave_(leave) {}

  /// A rank's number, or a host's name for all its ranks. What cannot be done is warned of; the last lanes
  /// stay.
  void drain(std::string_view who, double now);
  /// The rank ends by itself, at once: it has been told to stop, or cannot go on.
  void ended(int rank, double now);
  /// To be called several times a second.
  void look(double now);
  /// The same without letting go more, for when all is encoded.
  void settle(double now);
  /// Before all are dismissed: those that have said bye need not be waited for.
  void finish();
  /// Whether the message belongs to a leave-taking.
  bool take(const net::Incoming& incoming);
  /// The rank has fallen silent.
  void lost(int rank) { leaving_.erase(rank); }

 private:
  enum class State { drained, told, dismissed, stays };
  struct Leaving {
    State state = State::drained;
    std::chrono::steady_clock::time_point patience;
  };

  [[nodiscard]] std::vector<int> ranks_named(std::string_view who) const;
  [[nodiscard]] bool may_leave(int rank, bool own_may) const;
  [[nodiscard]] const std::string& host(int rank) const {
    return parts_.team.hellos[static_cast<std::size_t>(rank)].host;
  }
  void begin(int rank, double now);
  void tell(int rank, Leaving& leaving);
  void release_surplus(double now);
  bool move_on(int rank, Leaving& leaving, double now);

  Parts parts_;
  Leave leave_;
  std::map<int, Leaving> leaving_;
};

}  // namespace mpienc::app
