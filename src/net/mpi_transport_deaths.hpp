#pragma once

#include <mpi.h>

#include <set>

namespace mpienc::net {

/// The deaths of ranks, where MPI raises them: Open MPI 5 under `mpirun --with-ft ulfm`. Elsewhere nothing is
/// ever noted but of ranks that have joined, for which any error is their end.
class Deaths {
 public:
  explicit Deaths(MPI_Comm communicator) : communicator_(communicator) {}

  /// From now on any error that concerns the peer is its death.
  void add_joined(int peer) { joined_.insert(peer); }
  /// Whether `code`, of a call that concerned `peer` (below 0: any rank), says that a rank has died; notes it
  /// then.
  [[nodiscard]] bool note(int code, int peer);
  /// The ranks known to be dead if a death was noted since the last call, else none. MPI raises these deaths
  /// no more where any rank is listened to.
  [[nodiscard]] std::set<int> take();

 private:
  MPI_Comm communicator_;
  bool noted_ = false;
  std::set<int> peers_, joined_;
};

}  // namespace mpienc::net
