#include <sstream>

#include <gmock/gmock.h>

#include "mpienc/app/launch_hosts.hpp"

namespace mpienc::app {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::vector<HostLine> hosts(const std::string& text) {
  std::istringstream file(text);
  return read_hosts(file);
}

TEST(LaunchHosts, LinesTellNamesAndSlots) {
  EXPECT_THAT(
      hosts("# all of them\nh1 slots=4 max_slots=8\n\n  \nuser@h2  # slots=3\nh3 slots=some\n"),
      ElementsAre(HostLine{"h1", 4, "h1 slots=4 max_slots=8"}, HostLine{"user@h2", std::nullopt, "user@h2  "},
                  HostLine{"h3", std::nullopt, "h3 slots=some"}));
  EXPECT_THAT(hosts(""), IsEmpty());
}

TEST(LaunchHosts, WhoIsLeftOutIsLeftOutOfEveryLine) {
  const auto all = hosts("h1\nh2\nh1\nh10\n");
  const auto some = without(all, {"h1"});
  ASSERT_EQ(some.size(), 2U);
  EXPECT_EQ(some[0].name, "h2");
  EXPECT_EQ(some[1].name, "h10");
}

TEST(LaunchHosts, RanksFitTheSlotsThatAreLeft) {
  const auto all = hosts("h1 slots=2\nh2 slots=2\nh3 slots=8\n");
  EXPECT_EQ(ranks_on(all, all, 12), 12);
  EXPECT_EQ(ranks_on(all, all, 20), 20) << "nobody is missing: what was asked for stands";
  EXPECT_EQ(ranks_on(without(all, {"h3"}), all, 6), 4);
  EXPECT_EQ(ranks_on(without(all, {"h1"}), all, 6), 6);
}

TEST(LaunchHosts, WithoutSlotsTheHostsShareCounts) {
  const auto all = hosts("h1\nh2 slots=9\nh3\n");
  EXPECT_EQ(ranks_on(without(all, {"h3"}), all, 6), 4);
  EXPECT_EQ(ranks_on(without(all, {"h2", "h3"}), all, 2), 1) << "never none";
}

}  // namespace
}  // namespace mpienc::app
