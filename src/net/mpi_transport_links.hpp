#pragma once

#include <mpi.h>

#include <map>

namespace mpienc::net {

/// A peer as MPI calls it.
struct Link {
  MPI_Comm communicator;
  int rank;
};

/// How each peer is reached: the ranks of an mpirun by a communicator of all of them, each that has joined by
/// one of its own, in which it is the only remote rank.
class Links {
 public:
  explicit Links(MPI_Comm all) : all_(all) {}

  void add(int peer, MPI_Comm own) { joined_.emplace(peer, own); }
  [[nodiscard]] Link to(int peer) const {
    const auto found = joined_.find(peer);
    return found == joined_.end() ? Link{all_, peer} : Link{found->second, 0};
  }
  /// MPI_COMM_NULL on a rank that has joined.
  [[nodiscard]] MPI_Comm all() const { return all_; }
  [[nodiscard]] const std::map<int, MPI_Comm>& joined() const { return joined_; }

 private:
  MPI_Comm all_;
  std::map<int, MPI_Comm> joined_;
};

}  // namespace mpienc::net
