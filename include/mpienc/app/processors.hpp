#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mpienc::app {

/// What this process may use of its host.
struct Processors {
  std::vector<int> allowed;           ///< by the affinity mask, ascending; never empty
  int online = 1;                     ///< of the host, less those that its cpuset control group withholds
  std::optional<double> cpu_quota;    ///< in processors, where a control group limits it
  std::int64_t memory_available = 0;  ///< bytes, within the control group's limit; 0: unknown
};

/// Reads /proc and /sys below `root`, and the affinity mask of the calling thread. Never throws for what
/// is not there: then there is no limit.
[[nodiscard]] Processors read_processors(const std::filesystem::path& root = "/");

/// "0-3,8" as 0 1 2 3 8; what cannot be read is left out.
[[nodiscard]] std::vector<int> parse_cpu_list(std::string_view text);

/// A mounted hierarchy of control groups and where this process is in it.
struct ControlGroup {
  bool unified = false;               ///< version 2
  std::string controllers;            ///< version 1: ",cpu,cpuacct,"
  std::filesystem::path mount, leaf;  ///< leaf: at or below mount; limits hold at every level between
};
/// From /proc/self/mountinfo and /proc/self/cgroup.
[[nodiscard]] std::vector<ControlGroup> parse_control_groups(std::string_view mounts,
                                                             std::string_view groups);

/// cpu.max of version 2 ("150000 100000": 1.5; "max 100000": no limit).
[[nodiscard]] std::optional<double> parse_cpu_max(std::string_view text);
/// cpu.cfs_quota_us and cpu.cfs_period_us of version 1; a quota of -1 is none.
[[nodiscard]] std::optional<double> parse_cfs_quota(std::string_view quota, std::string_view period);
/// memory.max or memory.limit_in_bytes; "max" and version 1's huge default are no limit.
[[nodiscard]] std::optional<std::int64_t> parse_memory_limit(std::string_view text);
/// MemAvailable of /proc/meminfo, in bytes.
[[nodiscard]] std::optional<std::int64_t> parse_memory_available(std::string_view text);

}  // namespace mpienc::app
