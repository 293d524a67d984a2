#include <algorithm>
#include <fstream>

#include <unistd.h>

#include <gmock/gmock.h>

#include "mpienc/app/processors.hpp"

namespace mpienc::app {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
namespace fs = std::filesystem;

TEST(CpuList, RangesAndSingles) {
  EXPECT_THAT(parse_cpu_list("0-3,8\n"), ElementsAre(0, 1, 2, 3, 8));
  EXPECT_THAT(parse_cpu_list("1500"), ElementsAre(1500));
  EXPECT_THAT(parse_cpu_list("\n"), IsEmpty());
  EXPECT_THAT(parse_cpu_list("x,2,3-,-1"), ElementsAre(2));
}

TEST(CpuMax, Version2) {
  EXPECT_EQ(parse_cpu_max("150000 100000\n"), 1.5);
  EXPECT_EQ(parse_cpu_max("max 100000\n"), std::nullopt);
  EXPECT_EQ(parse_cpu_max(""), std::nullopt);
  EXPECT_EQ(parse_cpu_max("100000 0"), std::nullopt);
}

TEST(CpuMax, Version1) {
  EXPECT_EQ(parse_cfs_quota("200000\n", "100000\n"), 2);
  EXPECT_EQ(parse_cfs_quota("-1\n", "100000\n"), std::nullopt);
}

TEST(Memory, Limits) {
  EXPECT_EQ(parse_memory_limit("1073741824\n"), 1073741824);
  EXPECT_EQ(parse_memory_limit("max\n"), std::nullopt);
  EXPECT_EQ(parse_memory_limit("9223372036854771712\n"), std::nullopt);
  EXPECT_EQ(parse_memory_limit("18446744073709551615\n"), std::nullopt);
  EXPECT_EQ(parse_memory_available("MemTotal:  100 kB\nMemFree: 1 kB\nMemAvailable:   42 kB\n"), 42 * 1024);
  EXPECT_EQ(parse_memory_available("MemTotal: 100 kB\n"), std::nullopt);
}

constexpr const char* version_1_mounts =
    "31 23 0:28 / /sys/fs/cgroup rw,relatime - tmpfs tmpfs rw,mode=755\n"
    "32 31 0:29 /docker/ab /sys/fs/cgroup/cpu,cpuacct rw shared:9 - cgroup cgroup rw,cpu,cpuacct\n"
    "35 31 0:32 / /sys/fs/cgroup/memory rw,relatime - cgroup cgroup rw,memory\n"
    "41 31 0:38 / /sys/fs/cgroup/with\\040blank rw,relatime - cgroup2 cgroup2 rw,nsdelegate\n";
constexpr const char* version_1_groups =
    "4:memory:/job/step\n2:cpu,cpuacct:/docker/ab/inner\n0::/../outside\n";

TEST(ControlGroups, MixedHierarchies) {
  const auto groups = parse_control_groups(version_1_mounts, version_1_groups);
  ASSERT_EQ(groups.size(), 3U);
  EXPECT_FALSE(groups[0].unified);
  EXPECT_EQ(groups[0].leaf, "/sys/fs/cgroup/cpu,cpuacct/inner");
  EXPECT_EQ(groups[1].controllers, ",memory,");
  EXPECT_EQ(groups[1].leaf, "/sys/fs/cgroup/memory/job/step");
  EXPECT_TRUE(groups[2].unified);
  EXPECT_EQ(groups[2].leaf, "/sys/fs/cgroup/with blank");
}

TEST(ControlGroups, NonsenseGivesNone) {
  EXPECT_THAT(parse_control_groups("", ""), IsEmpty());
  EXPECT_THAT(parse_control_groups("a b - cgroup\n - \n1 2 3 4 5 -", "::\n:\nx"), IsEmpty());
}

class FakeRoot : public testing::Test {
 protected:
  FakeRoot() : root_(fs::temp_directory_path() / ("mpienc_processors_" + std::to_string(getpid()))) {
    put("sys/devices/system/cpu/online", "0-7");
    put("proc/meminfo", "MemAvailable: 8000 kB\n");
  }
  ~FakeRoot() override { fs::remove_all(root_); }

  void put(const fs::path& path, const std::string& text) {
    fs::create_directories((root_ / path).parent_path());
    std::ofstream(root_ / path) << text;
  }
  fs::path root_;
};

TEST_F(FakeRoot, WithoutControlGroupsThereIsNoLimit) {
  const auto p = read_processors(root_);
  EXPECT_EQ(p.online, 8);
  EXPECT_EQ(p.cpu_quota, std::nullopt);
  EXPECT_EQ(p.memory_available, 8000 * 1024);
}

TEST_F(FakeRoot, Version2LimitsHoldFromEveryLevel) {
  put("proc/self/mountinfo", "30 23 0:26 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n");
  put("proc/self/cgroup", "0::/slurm/job/step\n");
  put("sys/fs/cgroup/slurm/job/step/cpu.max", "max 100000");
  put("sys/fs/cgroup/slurm/job/cpu.max", "250000 100000");
  put("sys/fs/cgroup/slurm/cpu.max", "400000 100000");
  put("sys/fs/cgroup/slurm/memory.max", "4096000");
  put("sys/fs/cgroup/slurm/job/cpuset.cpus.effective", "2-4");
  const auto p = read_processors(root_);
  EXPECT_EQ(p.cpu_quota, 2.5);
  EXPECT_EQ(p.memory_available, 4096000);
  EXPECT_EQ(p.online, 3);
}

TEST_F(FakeRoot, Version1) {
  put("proc/self/mountinfo", version_1_mounts);
  put("proc/self/cgroup", version_1_groups);
  put("sys/fs/cgroup/cpu,cpuacct/inner/cpu.cfs_quota_us", "-1");
  put("sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us", "50000");
  put("sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us", "100000");
  put("sys/fs/cgroup/memory/job/memory.limit_in_bytes", "1024000");
  const auto p = read_processors(root_);
  EXPECT_EQ(p.cpu_quota, 0.5);
  EXPECT_EQ(p.memory_available, 1024000);
}

TEST(Processors, OfThisMachineMakeSense) {
  const auto p = read_processors();
  EXPECT_FALSE(p.allowed.empty());
  EXPECT_TRUE(std::is_sorted(p.allowed.begin(), p.allowed.end()));
  EXPECT_GE(p.online, 1);
  EXPECT_GT(p.memory_available, 0);
}

}  // namespace
}  // namespace mpienc::app
