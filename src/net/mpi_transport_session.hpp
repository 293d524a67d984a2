#pragma once

#include <mpi.h>

#include <atomic>
#include <boost/mpi/communicator.hpp>
#include <boost/mpi/environment.hpp>
#include <optional>
#include <vector>

#include "mpienc/net/mpi_transport.hpp"

namespace mpienc::net {

/// All frames travel with it.
inline constexpr int kFrameTag = 0;

struct MpiSession::Impl {
  Impl(int& argc, char**& argv, boost::mpi::threading::level threads);

  std::vector<Bytes> abandoned;  ///< buffers that MPI may still use after their transport has gone
  /// A rank was given up, or one of another mpirun may be connected: MPI_Finalize would wait for it.
  std::atomic<bool> after_fault = false;
  bool guest = false;  ///< has joined the job of others
  boost::mpi::environment environment;
  std::optional<boost::mpi::communicator> communicator;
};

}  // namespace mpienc::net
