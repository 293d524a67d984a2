#pragma once

#include <mpi.h>

#include <boost/mpi/communicator.hpp>
#include <boost/mpi/environment.hpp>
#include <optional>
#include <vector>

#include "mpienc/net/mpi_transport.hpp"

namespace mpienc::net {

/// All frames travel with it.
inline constexpr int kFrameTag = 0;

struct MpiSession::Impl {
  Impl(int& argc, char**& argv);

  std::vector<Bytes> abandoned;  ///< buffers that MPI may still use after their transport has gone
  bool after_fault = false;      ///< a rank was given up
  boost::mpi::environment environment;
  std::optional<boost::mpi::communicator> communicator;
};

}  // namespace mpienc::net
