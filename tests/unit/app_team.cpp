#include <gmock/gmock.h>

#include <future>
#include <sstream>

#include <spdlog/sinks/ostream_sink.h>

#include "fake_transport.hpp"
#include "mpienc/app/team.hpp"

namespace mpienc::app {
namespace {

using net::Operation;
using testing::ElementsAre;

net::Message note(Operation operation) { return {operation, -1, 0, nullptr}; }

std::vector<std::pair<Operation, int>> told(test::FakeTransport& transport) {
  std::vector<std::pair<Operation, int>> result;
  for (const auto& sent : transport.sent()) result.emplace_back(sent.message.operation, sent.to);
  return result;
}

TEST(DismissTeam, LetsTheRanksLeaveWhenAllHaveSaidBye) {
  test::FakeTransport transport(0, 3);
  net::Wakeup wakeup;
  auto missing = std::async(std::launch::async, [&] { return dismiss_team(transport, wakeup); });
  static_cast<void>(transport.wait_for(Operation::quit, -1));
  transport.deliver(1, note(Operation::result));
  transport.deliver(1, note(Operation::bye));
  transport.wait_until_handled();
  EXPECT_FALSE(transport.has_sent(Operation::bye, -1)) << "rank 2 may still be sending to rank 1";
  transport.deliver(2, note(Operation::bye));
  EXPECT_THAT(missing.get(), ElementsAre());
  EXPECT_THAT(told(transport), ElementsAre(std::pair(Operation::quit, 1), std::pair(Operation::quit, 2),
                                           std::pair(Operation::bye, 1), std::pair(Operation::bye, 2)));
}

TEST(DismissTeam, NamesTheRanksThatStayedSilent) {
  test::FakeTransport transport(0, 4);
  net::Wakeup wakeup;
  for (const int rank : {1, 3}) transport.deliver(rank, note(Operation::bye));
  EXPECT_THAT(dismiss_team(transport, wakeup), ElementsAre(2));
  EXPECT_EQ(transport.forgotten(), std::set{2});
  EXPECT_THAT(told(transport), ElementsAre(std::pair(Operation::quit, 1), std::pair(Operation::quit, 2),
                                           std::pair(Operation::quit, 3), std::pair(Operation::lost, 1),
                                           std::pair(Operation::lost, 3), std::pair(Operation::bye, 1),
                                           std::pair(Operation::bye, 3)))
      << "the others may leave";
}

TEST(DismissTeam, NeitherTellsNorAwaitsTheLost) {
  test::FakeTransport transport(0, 4);
  net::Wakeup wakeup;
  for (const int rank : {1, 3}) transport.deliver(rank, note(Operation::bye));
  EXPECT_THAT(dismiss_team(transport, wakeup, {2}), ElementsAre());
  EXPECT_THAT(told(transport), ElementsAre(std::pair(Operation::quit, 1), std::pair(Operation::quit, 3),
                                           std::pair(Operation::bye, 1), std::pair(Operation::bye, 3)));
}

TEST(GiveUpRank, ForgetsItAndTellsTheRanksThatAreLeft) {
  test::FakeTransport transport(0, 4);
  give_up_rank(transport, 3, {1});
  EXPECT_EQ(transport.forgotten(), std::set{3});
  EXPECT_THAT(told(transport), ElementsAre(std::pair(Operation::lost, 2)));
  EXPECT_EQ(LostRank::parse(*transport.sent()[0].message.payload).rank, 3);
}

TEST(FusedMultiplyAdd, IsUsedWhereAllRanksHaveItAndToldWhereTheyDiffer) {
  std::ostringstream told;
  Logger logger("test", std::make_shared<spdlog::sinks::ostream_sink_st>(told));
  const auto all_have = [&](std::initializer_list<bool> ranks) {
    told.str("");
    Team team;
    for (const bool has : ranks) team.hellos.emplace_back().has_fma = has;
    return all_have_fma(team, logger);
  };
  EXPECT_TRUE(all_have({true, true, true}));
  EXPECT_EQ(told.str(), "");
  EXPECT_FALSE(all_have({false, false}));
  EXPECT_EQ(told.str(), "") << "these are the bytes of flac there";
  EXPECT_FALSE(all_have({true, false, true}));
  EXPECT_THAT(told.str(), testing::HasSubstr("1 of 3 ranks have processors without fused multiply-add"));
  EXPECT_THAT(told.str(), testing::HasSubstr("warning"));
}

TEST(DismissTeam, IsNothingForARankAlone) {
  test::FakeTransport transport(0, 1);
  net::Wakeup wakeup;
  EXPECT_THAT(dismiss_team(transport, wakeup), ElementsAre());
  EXPECT_TRUE(transport.sent().empty());
}

}  // namespace
}  // namespace mpienc::app
