#pragma once

#include <mpi.h>

#include <cstddef>
#include <vector>

#include "mpi_transport_deaths.hpp"
#include "mpi_transport_links.hpp"
#include "mpienc/core/bytes.hpp"

namespace mpienc::net {

/// Throws Error(cluster) that names the peer (below 0: none) unless `code` is success.
void check_mpi(int code, const char* what, int peer);

/// A frame that arrives: frames may complete in another order than they were sent.
struct Arrival {
  Bytes frame;
  bool complete = false;
};

/// A frame on its way.
struct Transfer {
  enum class Kind { send, receive, discard };

  Kind kind;
  int peer;
  Arrival* arrival = nullptr;  ///< of a receive
  Bytes bytes;                 ///< of the others
};

/// The requests that MPI works on, and their buffers. One that fails by the death of its peer only notes that
/// death; its buffer is kept until the peer is abandoned.
class Requests {
 public:
  /// Both outlive it.
  Requests(const Links& links, Deaths& deaths) : links_(links), deaths_(deaths) {}

  [[nodiscard]] bool empty() const { return requests_.empty(); }
  /// Begins to send, synchronously.
  void send(int to, Bytes frame);
  /// Begins to receive a probed message into `arrival`, which must outlive the transfer.
  void receive(int from, MPI_Message& message, Arrival& arrival);
  /// Begins to receive a probed message into `buffer` for nobody.
  void discard(int from, MPI_Message& message, Bytes buffer);
  /// What MPI has completed. Throws Error(cluster) where it failed otherwise than by a death.
  [[nodiscard]] std::vector<Transfer> take_completed();
  /// Never asks for the transfers with `peer` again; MPI may still use the buffers, which `keep` gets.
  void abandon(int peer, std::vector<Bytes>& keep);
  /// The same with all peers.
  void abandon_all(std::vector<Bytes>& keep);

 private:
  void remove(std::size_t at);

  const Links& links_;
  Deaths& deaths_;
  std::vector<MPI_Request> requests_;  ///< requests_[i] belongs to transfers_[i]
  std::vector<Transfer> transfers_;
};

}  // namespace mpienc::net
