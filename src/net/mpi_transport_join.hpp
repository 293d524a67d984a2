#pragma once

#include <mpi.h>

#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

#include "mpienc/net/door.hpp"

namespace mpienc::net {

/// Who has come in and whom the transport has not taken yet; filled by threads that MPI keeps waiting.
class Arrived {
 public:
  void add(int rank, MPI_Comm communicator);
  [[nodiscard]] std::deque<std::pair<int, MPI_Comm>> take();

 private:
  std::mutex mutex_;
  std::deque<std::pair<int, MPI_Comm>> ranks_;
};

/// An MPI port of its own and a thread that accepts the one guest there: MPI_Comm_accept cannot be called
/// off, so an abandoned one is left behind with its thread. Needs MPI_THREAD_MULTIPLE. Null where MPI opens
/// no port.
[[nodiscard]] std::unique_ptr<Entry> make_entry(int rank, std::shared_ptr<Arrived> arrived);

/// The guest's side; the process ends by _exit(cluster), with a line, where MPI does not come back.
/// Throws Error(cluster).
[[nodiscard]] MPI_Comm connect_to(const std::string& entry);

}  // namespace mpienc::net
