#pragma once

#include <map>
#include <set>
#include <vector>

#include "mpienc/app/team.hpp"
#include "mpienc/core/log.hpp"
#include "mpienc/net/heartbeat.hpp"
#include "mpienc/net/lease.hpp"
#include "mpienc/net/transport.hpp"

namespace mpienc::app {

/// Which ranks are there, as rank 0 hears them; and tells them that it is.
class Attendance {
 public:
  /// All outlive it. `lost` gets the ranks that are given up.
  Attendance(net::Transport& transport, const Team& team, std::set<int>& lost, Logger& logger);

  /// A rank that has joined.
  void add(int rank);
  /// The rank takes no part any more: the transport forgets it, and the others know.
  void part(int rank);
  /// Any message renews a rank's lease of 10 s.
  void heard(int rank);
  /// To be called several times a second, once all that arrived has been taken: sends heartbeats and returns
  /// the ranks that have just been given up, for their silence or as MPI knows them dead. The transport has
  /// forgotten them, and the others know.
  [[nodiscard]] std::vector<int> look();
  /// Whether all ranks that are there were heard within 3 s.
  [[nodiscard]] bool all_talk() const;
  /// A payload to or from the rank was damaged on its way; Error(cluster) naming the rank at the third.
  void damaged(int rank);

 private:
  void give_up(int rank);
  [[nodiscard]] const std::string& host(int rank) const;

  net::Transport& transport_;
  const Team& team_;
  std::set<int>& lost_;
  Logger& logger_;
  std::map<int, net::Lease> leases_;
  net::Heartbeat heartbeat_;
  std::map<int, int> damaged_;
};

}  // namespace mpienc::app
