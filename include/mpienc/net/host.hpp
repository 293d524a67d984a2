#pragma once

#include <optional>
#include <string>

namespace mpienc::net {

/// Whether a launcher (mpirun, srun) started this process, judged by its environment alone, so that a
/// plain `mpienc in out` never initialises MPI.
[[nodiscard]] bool launched_by_mpi();

[[nodiscard]] std::string host_name();

/// This process among the ranks of its host.
struct LocalPlace {
  int rank = 0;
  int size = 1;
};

/// What the launcher says in the environment; nothing where it says nothing usable.
[[nodiscard]] std::optional<LocalPlace> local_place();

}  // namespace mpienc::net
