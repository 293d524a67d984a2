#include "mpienc/app/processors.hpp"

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <iterator>
#include <memory>
#include <thread>

#include <sched.h>

namespace mpienc::app {
namespace {

namespace fs = std::filesystem;

std::string text_of(const fs::path& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

/// The kernel refuses a set smaller than its own with EINVAL, so the set grows until it fits.
std::vector<int> affinity_mask() {
  constexpr std::size_t most = std::size_t{1} << 20;
  for (std::size_t count = 1024; count <= most; count *= 2) {
    struct Free {
      void operator()(cpu_set_t* set) const { CPU_FREE(set); }
    };
    const std::unique_ptr<cpu_set_t, Free> set(CPU_ALLOC(count));
    if (!set) break;
    const std::size_t size = CPU_ALLOC_SIZE(count);
    if (sched_getaffinity(0, size, set.get()) != 0) {
      if (errno == EINVAL) continue;
      break;
    }
    std::vector<int> result;
    for (std::size_t cpu = 0; cpu < count; ++cpu) {
      if (CPU_ISSET_S(cpu, size, set.get())) result.push_back(static_cast<int>(cpu));
    }
    return result;
  }
  return {};
}

template <class T>
void lower(std::optional<T>& limit, const std::optional<T>& other) {
  if (other) limit = limit ? std::min(*limit, *other) : *other;
}

class Limits {
 public:
  explicit Limits(fs::path root) : root_(std::move(root)) {
    for (const ControlGroup& group :
         parse_control_groups(text_of(root_ / "proc/self/mountinfo"), text_of(root_ / "proc/self/cgroup"))) {
      read_levels(group);
    }
  }

  std::optional<double> quota;
  std::optional<std::int64_t> memory;
  std::optional<int> cpuset;

 private:
  void read_levels(const ControlGroup& group) {
    const fs::path top = root_ / group.mount.relative_path();
    fs::path folder = root_ / group.leaf.relative_path();
    while (true) {
      group.unified ? read_unified(folder) : read_version_1(group, folder);
      if (folder == top || !folder.has_relative_path() || folder == folder.parent_path()) return;
      folder = folder.parent_path();
    }
  }

  void read_unified(const fs::path& folder) {
    lower(quota, parse_cpu_max(text_of(folder / "cpu.max")));
    lower(memory, parse_memory_limit(text_of(folder / "memory.max")));
    read_cpuset(folder / "cpuset.cpus.effective");
  }

  void read_version_1(const ControlGroup& group, const fs::path& folder) {
    const auto has = [&](const char* name) { return group.controllers.find(name) != std::string::npos; };
    if (has(",cpu,")) {
      lower(quota,
            parse_cfs_quota(text_of(folder / "cpu.cfs_quota_us"), text_of(folder / "cpu.cfs_period_us")));
    }
    if (has(",memory,")) lower(memory, parse_memory_limit(text_of(folder / "memory.limit_in_bytes")));
    if (has(",cpuset,")) read_cpuset(folder / "cpuset.effective_cpus");
  }

  void read_cpuset(const fs::path& file) {
    const auto count = static_cast<int>(parse_cpu_list(text_of(file)).size());
    if (count > 0) lower(cpuset, std::optional(count));
  }

  fs::path root_;
};

}  // namespace

Processors read_processors(const fs::path& root) {
  Processors result;
  result.allowed = affinity_mask();
  if (result.allowed.empty()) result.allowed = {0};

  const Limits limits(root);
  std::optional<int> online =
      static_cast<int>(parse_cpu_list(text_of(root / "sys/devices/system/cpu/online")).size());
  if (*online == 0) online = static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
  lower(online, limits.cpuset);
  result.online = *online;
  result.cpu_quota = limits.quota;

  std::optional<std::int64_t> memory = parse_memory_available(text_of(root / "proc/meminfo"));
  lower(memory, limits.memory);
  result.memory_available = memory.value_or(0);
  return result;
}

}  // namespace mpienc::app
