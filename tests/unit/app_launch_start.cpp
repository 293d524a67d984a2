#include "mpienc/app/launch_start.hpp"

#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include <gtest/gtest.h>

namespace mpienc::app {
namespace {

using namespace std::chrono_literals;
using Ranks = std::vector<LocalRank>;

/// Looks ten times a second for so long; whether the start counts as incomplete at the end.
class Start : public testing::Test {
 protected:
  bool after(std::chrono::milliseconds time, const Ranks& ranks) {
    bool incomplete = false;
    for (const auto end = now_ + time; now_ <= end; now_ += 100ms)
      incomplete = watch_.incomplete(ranks, now_);
    return incomplete;
  }

  StartWatch watch_;
  StartWatch::Clock::time_point now_{1h};
};

TEST_F(Start, WaitsForAsLongAsAllRanksRun) { EXPECT_FALSE(after(10min, {{0, 3}, {1, 3}, {2, 3}})); }

TEST_F(Start, WaitsWhereNoRankIsToBeSeen) { EXPECT_FALSE(after(10min, {})); }

TEST_F(Start, IsIncompleteWhenARankHasGone) {
  EXPECT_FALSE(after(1s, {{0, 3}, {1, 3}, {2, 3}}));
  EXPECT_FALSE(after(1500ms, {{0, 3}, {2, 3}}));
  EXPECT_TRUE(after(1s, {{0, 3}, {2, 3}}));
}

TEST_F(Start, IsIncompleteWhenARankWasNeverSeen) { EXPECT_TRUE(after(3s, {{0, 2}})); }

TEST_F(Start, GivesRanksThatComeOneByOneTheirTime) {
  Ranks ranks;
  for (int number = 0; number < 20; ++number) {
    ranks.push_back({number, 20});
    EXPECT_FALSE(after(1500ms, ranks));
  }
}

TEST_F(Start, TakesSeveralProcessesOfARankForOne) { EXPECT_TRUE(after(3s, {{0, 2}, {0, 2}})); }

class Environment : public testing::Test {
 protected:
  std::optional<LocalRank> of(const std::string& text) {
    std::string name = testing::TempDir() + "mpienc-environ-XXXXXX";
    close(mkstemp(name.data()));
    std::ofstream(name, std::ios::binary) << text;
    const auto rank = local_rank(name);
    std::filesystem::remove(name);
    return rank;
  }
};

TEST_F(Environment, TellsARank) {
  using namespace std::string_literals;
  EXPECT_EQ(of("A=1\0OMPI_COMM_WORLD_LOCAL_SIZE=8\0B\0OMPI_COMM_WORLD_LOCAL_RANK=5\0"s), (LocalRank{5, 8}));
}

TEST_F(Environment, OfAnotherProcessTellsNothing) {
  using namespace std::string_literals;
  EXPECT_EQ(of(""), std::nullopt);
  EXPECT_EQ(of("OMPI_COMM_WORLD_LOCAL_RANK=5\0"s), std::nullopt);
  EXPECT_EQ(of("OMPI_COMM_WORLD_LOCAL_RANK=x\0OMPI_COMM_WORLD_LOCAL_SIZE=\0"s), std::nullopt);
  EXPECT_EQ(local_rank("/no/such/file"), std::nullopt);
}

}  // namespace
}  // namespace mpienc::app
