#pragma once

#include <sys/types.h>

#include <chrono>
#include <filesystem>
#include <optional>
#include <vector>

#include "mpienc/net/lease.hpp"

namespace mpienc::app {

/// What the environment of one process of a job tells of it.
struct LocalRank {
  int number = 0;  ///< among the ranks of its host
  int of = 0;      ///< how many ranks were to be started there
  bool operator==(const LocalRank&) const = default;
};

/// By OMPI_COMM_WORLD_LOCAL_RANK and _LOCAL_SIZE in an environment as /proc/PID/environ holds it; nothing
/// where the process is no rank of Open MPI. Throws nothing, whatever the file is.
[[nodiscard]] std::optional<LocalRank> local_rank(const std::filesystem::path& environment);

/// Tells that a start will never end: a rank that a signal ended before it could take signals is missed by
/// nobody. With recovery mpirun lets it go, and the others wait for it in MPI_Init (measured: Open
/// MPI 4.1.4). Sees this host.
class StartWatch {
 public:
  using Clock = net::Lease::Clock;
  static constexpr Clock::duration kPatience = std::chrono::seconds(2);

  /// `running`: the job's processes. Whether ranks have been missing among them for 2 s, in which none was
  /// added.
  [[nodiscard]] bool incomplete(const std::vector<pid_t>& running, Clock::time_point now);
  /// The same for ranks that have been told apart already.
  [[nodiscard]] bool incomplete(const std::vector<LocalRank>& running, Clock::time_point now);

 private:
  std::size_t ranks_ = 0;
  net::Lease lease_{kPatience};
};

}  // namespace mpienc::app
