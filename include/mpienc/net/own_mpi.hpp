#pragma once

#include <string>
#include <string_view>

namespace mpienc::net {

/// Whether a launcher's variable of that name would make MPI look for the ranks that were started together
/// with this process. What users set of networks and devices is none.
[[nodiscard]] bool ties_to_launcher(std::string_view variable);

/// Before MPI starts: this process becomes an MPI job of its own, whoever started it, that finds the ports of
/// others by the name server (ompi-server's contact). Changes the environment: no other thread may read it
/// meanwhile.
void become_own_mpi_job(const std::string& name_server);

}  // namespace mpienc::net
