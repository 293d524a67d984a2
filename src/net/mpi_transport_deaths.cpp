#include "mpi_transport_deaths.hpp"

#if defined(OPEN_MPI)
#include <mpi-ext.h>
#endif

#include <numeric>
#include <utility>
#include <vector>

namespace mpienc::net {
namespace {

#if defined(OMPI_HAVE_MPI_EXT_FTMPI)

bool raised_by_death(int code) {
  int kind = MPI_SUCCESS;
  if (code != MPI_SUCCESS) MPI_Error_class(code, &kind);
  return kind == MPIX_ERR_PROC_FAILED || kind == MPIX_ERR_PROC_FAILED_PENDING;
}

void acknowledge(MPI_Comm communicator, std::set<int>& dead) {
  MPI_Group all = MPI_GROUP_EMPTY, lost = MPI_GROUP_EMPTY;
  int count = 0, acknowledged = 0;
  MPI_Comm_group(communicator, &all);
  MPIX_Comm_get_failed(communicator, &lost);
  MPI_Group_size(lost, &count);
  std::vector<int> places(static_cast<std::size_t>(count)), ranks(places.size());
  std::iota(places.begin(), places.end(), 0);
  MPI_Group_translate_ranks(lost, count, places.data(), all, ranks.data());
  MPIX_Comm_ack_failed(communicator, count, &acknowledged);
  dead.insert(ranks.begin(), ranks.end());
  if (lost != MPI_GROUP_EMPTY) MPI_Group_free(&lost);
  MPI_Group_free(&all);
}

#else

bool raised_by_death(int) { return false; }

void acknowledge(MPI_Comm, std::set<int>&) {}

#endif

}  // namespace

bool Deaths::note(int code, int peer) {
  if (!raised_by_death(code) && (code == MPI_SUCCESS || !joined_.contains(peer))) return false;
  noted_ = true;
  if (peer >= 0) peers_.insert(peer);
  return true;
}

std::set<int> Deaths::take() {
  if (!std::exchange(noted_, false)) return {};
  auto dead = std::exchange(peers_, {});
  if (communicator_ != MPI_COMM_NULL) acknowledge(communicator_, dead);
  return dead;
}

}  // namespace mpienc::net
