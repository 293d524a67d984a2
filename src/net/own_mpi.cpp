#include "mpienc/net/own_mpi.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <vector>

namespace mpienc::net {

bool ties_to_launcher(std::string_view variable) {
  constexpr std::array<std::string_view, 6> kLaunchers{"OMPI_", "PMIX_",     "PMI_",
                                                       "ORTE_", "MPI_LOCAL", "SLURM_"};
  constexpr std::array<std::string_view, 5> kUsers{"OMPI_MCA_btl", "OMPI_MCA_pml", "OMPI_MCA_mtl",
                                                   "OMPI_MCA_oob_tcp", "OMPI_ALLOW_RUN_AS_ROOT"};
  const auto begins = [variable](std::string_view beginning) { return variable.starts_with(beginning); };
  return std::ranges::any_of(kLaunchers, begins) && std::ranges::none_of(kUsers, begins);
}

void become_own_mpi_job(const std::string& name_server) {
  std::vector<std::string> names;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view variable(*entry);
    const auto name = variable.substr(0, variable.find('='));
    if (ties_to_launcher(name)) names.emplace_back(name);
  }
  for (const auto& name : names) ::unsetenv(name.c_str());
  ::setenv("OMPI_MCA_pmix_server_uri", name_server.c_str(), 1);
  if (::geteuid() != 0) return;
  ::setenv("OMPI_ALLOW_RUN_AS_ROOT", "1", 1);
  ::setenv("OMPI_ALLOW_RUN_AS_ROOT_CONFIRM", "1", 1);
}

}  // namespace mpienc::net
