#include <algorithm>
#include <map>
#include <numeric>
#include <random>
#include <set>

#include <gmock/gmock.h>

#include "mpienc/app/lane_plan.hpp"

namespace mpienc::app {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::vector<int> cpus(int first, int end) {
  std::vector<int> result(static_cast<std::size_t>(end - first));
  std::iota(result.begin(), result.end(), first);
  return result;
}

RankPlace place(int rank, const std::string& host, std::vector<int> allowed, int online) {
  return {rank, host, {std::move(allowed), online, std::nullopt, 0}};
}

TEST(LanePlan, ManyRanksOnFewProcessorsHaveALaneEach) {
  std::vector<RankPlace> ranks;
  for (int r = 0; r < 4; ++r) ranks.push_back(place(r, "h", cpus(0, 2), 2));
  EXPECT_THAT(plan_lanes(ranks, {}, 0).lanes, ElementsAre(1, 1, 1, 1));
}

TEST(LanePlan, AnOddProcessorGoesToTheFirstRank) {
  const auto plan = plan_lanes({place(0, "h", cpus(0, 5), 5), place(1, "h", cpus(0, 5), 5)}, {}, 0);
  EXPECT_THAT(plan.lanes, ElementsAre(3, 2));
  EXPECT_THAT(plan.warnings, IsEmpty());
}

TEST(LanePlan, ABoundRankIsToldHowToUseTheRest) {
  const auto plan = plan_lanes({place(0, "node1", {1}, 2)}, {}, 0);
  EXPECT_THAT(plan.lanes, ElementsAre(1));
  EXPECT_THAT(plan.warnings, ElementsAre("rank 0 on node1 is bound to 1 of its 2 processors: 1 lane; "
                                         "add --bind-to none to mpirun"));
}

TEST(LanePlan, RanksBoundApartThatUseTheWholeHostAreFine) {
  const auto plan = plan_lanes({place(0, "h", {0}, 2), place(1, "h", {1}, 2)}, {}, 0);
  EXPECT_THAT(plan.lanes, ElementsAre(1, 1));
  EXPECT_THAT(plan.warnings, IsEmpty());
}

TEST(LanePlan, MasksThatOverlapAreSharedFairly) {
  const auto plan =
      plan_lanes({place(0, "h", {0, 1}, 3), place(1, "h", {0}, 3), place(2, "h", {1, 2}, 3)}, {}, 0);
  EXPECT_THAT(plan.lanes, ElementsAre(1, 1, 1));
}

TEST(LanePlan, AQuotaLimitsTheHost) {
  auto rank = place(0, "h", cpus(0, 8), 8);
  rank.processors.cpu_quota = 1.5;
  const auto plan = plan_lanes({rank}, {}, 0);
  EXPECT_THAT(plan.lanes, ElementsAre(2));
  EXPECT_THAT(plan.warnings, IsEmpty());
}

TEST(LanePlan, TheWishIsKeptAndRemarkedUpon) {
  const auto bound = plan_lanes({place(3, "h", {0}, 2)}, 4, 0);
  EXPECT_THAT(bound.lanes, ElementsAre(4));
  EXPECT_THAT(bound.warnings, ElementsAre("--lanes 4 gives 4 lanes on h, where rank 3 may use 1 processor; "
                                          "add --bind-to none to mpirun"));
  EXPECT_THAT(plan_lanes({place(0, "h", {0, 1}, 2)}, 2, 0).warnings, IsEmpty());
}

TEST(LanePlan, MemoryCapsEvenTheWish) {
  auto rank = place(0, "h", cpus(0, 8), 8);
  rank.processors.memory_available = std::int64_t{1000} << 20;
  for (const std::optional<int> wish : {std::optional<int>{}, std::optional<int>{8}}) {
    const auto plan = plan_lanes({rank}, wish, std::int64_t{200} << 20);
    EXPECT_THAT(plan.lanes, ElementsAre(4));
    EXPECT_THAT(plan.warnings,
                ElementsAre("h has 1000 MiB of memory available and a lane needs about 200 MiB: "
                            "4 lanes instead of 8"));
  }
  EXPECT_THAT(plan_lanes({rank}, {}, std::int64_t{5000} << 20).lanes, ElementsAre(1));
}

TEST(LanePlan, HoldsItsPromisesForAnyCluster) {
  std::mt19937_64 random(11);
  const auto from = [&](int low, int high) {
    return low + static_cast<int>(random() % static_cast<unsigned>(high - low + 1));
  };
  for (int round = 0; round < 3000; ++round) {
    const int hosts = from(1, 3);
    std::vector<int> online;
    std::vector<std::int64_t> memory;
    for (int h = 0; h < hosts; ++h) {
      online.push_back(from(1, 12));
      memory.push_back(from(0, 3000));
    }
    const bool unbound = from(0, 1) == 0;
    std::vector<RankPlace> ranks;
    const int count_of_ranks = from(1, 8);
    for (int r = 0; r < count_of_ranks; ++r) {
      const int h = from(0, hosts - 1);
      const int processors = online[static_cast<std::size_t>(h)];
      std::vector<int> mask;
      for (int cpu = 0; cpu < processors; ++cpu) {
        if (unbound || from(0, 2) == 0) mask.push_back(cpu);
      }
      if (mask.empty()) mask.push_back(from(0, processors - 1));
      ranks.push_back(place(r, "host" + std::to_string(h), mask, processors));
      ranks.back().processors.memory_available = memory[static_cast<std::size_t>(h)];
    }
    const std::int64_t per_lane = from(0, 1) == 0 ? 0 : from(1, 800);
    const std::optional<int> wish = from(0, 3) == 0 ? std::optional(from(1, 20)) : std::nullopt;
    const LanePlan plan = plan_lanes(ranks, wish, per_lane);

    ASSERT_EQ(plan.lanes.size(), ranks.size());
    EXPECT_GE(*std::min_element(plan.lanes.begin(), plan.lanes.end()), 1);
    std::map<std::string, std::vector<std::size_t>> by_host;
    for (std::size_t i = 0; i < ranks.size(); ++i) by_host[ranks[i].host].push_back(i);
    EXPECT_LE(plan.warnings.size(), by_host.size());
    for (const auto& [host, members] : by_host) {
      std::set<int> usable;
      std::int64_t total = 0;
      int fewest = 1 << 20, most = 0;
      for (const std::size_t i : members) {
        usable.insert(ranks[i].processors.allowed.begin(), ranks[i].processors.allowed.end());
        total += plan.lanes[i];
        fewest = std::min(fewest, plan.lanes[i]);
        most = std::max(most, plan.lanes[i]);
        if (!wish) {
          EXPECT_LE(plan.lanes[i], static_cast<int>(ranks[i].processors.allowed.size()));
        }
      }
      const auto count = static_cast<std::int64_t>(members.size());
      const std::int64_t available = ranks[members[0]].processors.memory_available;
      const bool limited = per_lane > 0 && available > 0;
      if (limited) {
        EXPECT_LE(total, std::max(count, available * 4 / 5 / per_lane));
      }
      if (!limited && wish) {
        EXPECT_EQ(total, count * *wish);
      }
      if (!limited && !wish) {
        EXPECT_GE(total, static_cast<std::int64_t>(usable.size()));
      }
      if (unbound) {
        EXPECT_LE(most - fewest, 1);
      }
      if (unbound && !limited && !wish) {
        EXPECT_EQ(total, std::max(count, static_cast<std::int64_t>(usable.size())));
      }
    }
  }
}

TEST(LanePlan, NoRankStarvesWhereProcessorsCouldBeSharedOtherwise) {
  std::mt19937_64 random(5);
  for (int round = 0; round < 2000; ++round) {
    const int ranks = 1 + static_cast<int>(random() % 6);
    std::vector<RankPlace> places;
    for (int r = 0; r < ranks; ++r) {
      std::vector<int> mask{r};
      for (int cpu = 0; cpu < ranks; ++cpu) {
        if (cpu != r && random() % 3 == 0) mask.push_back(cpu);
      }
      std::shuffle(mask.begin(), mask.end(), random);
      places.push_back(place(r, "h", mask, ranks));
    }
    std::shuffle(places.begin(), places.end(), random);
    const auto plan = plan_lanes(places, {}, 0);
    EXPECT_THAT(plan.lanes, testing::Each(1));
  }
}

}  // namespace
}  // namespace mpienc::app
