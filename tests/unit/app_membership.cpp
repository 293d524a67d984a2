#include <gmock/gmock.h>

#include <sstream>

#include <spdlog/sinks/ostream_sink.h>

#include "fake_transport.hpp"
#include "mpienc/app/leavers.hpp"
#include "mpienc/app/newcomers.hpp"

namespace mpienc::app {
namespace {

using net::Operation;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

Hello hello_of(const std::string& host, int processors) {
  Hello hello;
  hello.host = host;
  hello.versions = "mpienc 1\nx264 164\n";
  for (int cpu = 0; cpu < processors; ++cpu) hello.processors.allowed.push_back(cpu);
  hello.processors.online = processors;
  return hello;
}

Team team_of_two() {
  Team team;
  team.hellos = {hello_of("h0", 2), hello_of("h1.site", 4)};
  team.lanes = {2, 4};
  return team;
}

/// Ranks 0 and 1 of an mpirun, and rank 2 and those beyond, which join.
class MembershipTest : public testing::Test {
 protected:
  /// Empty payloads travel as null.
  static net::Message message(Operation operation, const Bytes& payload = {}) {
    return {operation, -1, 0, payload.empty() ? nullptr : std::make_shared<const Bytes>(payload)};
  }
  int joins(const Hello& hello) {
    transport.join();
    EXPECT_THAT(newcomers.look(1), IsEmpty());
    const int rank = transport.size() - 1;
    EXPECT_TRUE(newcomers.take({rank, message(Operation::hello, hello.serialise())}));
    return rank;
  }
  int takes_part(const Hello& hello) {
    const int rank = joins(hello);
    EXPECT_THAT(newcomers.look(2), ElementsAre(rank));
    return rank;
  }
  std::string refusal_of(int rank) {
    for (const auto& sent : transport.sent()) {
      if (sent.to == rank && sent.message.operation == Operation::failed)
        return Failure::parse(*sent.message.payload).line;
    }
    return "none";
  }
  int times(Operation operation, int rank) {
    return static_cast<int>(std::ranges::count_if(transport.sent(), [&](const auto& sent) {
      return sent.to == rank && sent.message.operation == operation;
    }));
  }
  Leavers leavers(Leave leave) {
    return Leavers({transport, scheduler, team, lost, attendance, suspects, nullptr, log, logger}, leave);
  }
  void start_job(int chunks) {
    for (int rank = 0; rank < transport.size(); ++rank) {
      scheduler.rank_joined(rank, team.lanes[static_cast<std::size_t>(rank)], 0);
    }
    for (int chunk = 0; chunk < chunks; ++chunk) scheduler.chunk_planned(chunk, {.bytes = 100}, 0);
    scheduler.plan_complete(0);
    for (const auto& command : scheduler.take_commands()) {
      if (const auto* assign = std::get_if<sched::Assign>(&command))
        given[assign->rank].push_back(assign->chunk);
    }
  }
  void finish(int rank) {
    for (const int chunk : given[rank]) {
      scheduler.chunk_started(chunk, rank, 1);
      EXPECT_TRUE(scheduler.chunk_finished(chunk, rank, 1, 2));
    }
  }

  std::ostringstream told;
  Logger logger{"test", std::make_shared<spdlog::sinks::ostream_sink_st>(told)};
  test::FakeTransport transport{0, 2};
  Team team = team_of_two();
  std::set<int> lost;
  Attendance attendance{transport, team, lost, logger};
  JobLog log{team, nullptr};
  Admission admission{encode::Settings(encode::NoVideo{}), "avx2", std::nullopt, 0, nullptr};
  Newcomers newcomers{transport, admission, team, lost, attendance, log, logger};
  Suspects suspects;
  sched::Scheduler scheduler{{.window = 100, .unfinished = 100},
                             sched::policy_of(sched::Strategy::on_demand)};
  std::map<int, std::vector<int>> given;
};

TEST_F(MembershipTest, ANewcomerIsToldTheSettingsAndItsLanes) {
  const int rank = takes_part(hello_of("h2", 3));
  EXPECT_EQ(rank, 2);
  EXPECT_EQ(Setup::parse(*transport.wait_for(Operation::setup, -1).message.payload).lanes, 3);
  EXPECT_THAT(team.lanes, ElementsAre(2, 4, 3));
  EXPECT_EQ(team.hellos[2].host, "h2");
  EXPECT_EQ(log.counts().ranks.size(), 3U);
  EXPECT_FALSE(newcomers.take({rank, message(Operation::heartbeat)})) << "from now on it is as the others";
}

TEST_F(MembershipTest, ANewcomerGetsTheProcessorsThatAreLeft) {
  takes_part(hello_of("h1.site", 6));
  takes_part(hello_of("h1.site", 6));
  auto crowd = hello_of("h3", 8);
  crowd.local_ranks = 3;
  takes_part(crowd);
  auto wish = hello_of("h1.site", 6);
  wish.lanes = 5;
  takes_part(wish);
  EXPECT_THAT(team.lanes, ElementsAre(2, 4, 2, 1, 3, 5)) << "6 - 4; at least 1; 8 / 3; as it wants";
}

TEST_F(MembershipTest, OneThatWouldEncodeDifferentlyIsSentAwayAndTheJobGoesOn) {
  auto other = hello_of("h2", 2);
  other.versions = "mpienc 1\nx264 165\n";
  int rank = joins(other);
  EXPECT_THAT(refusal_of(rank),
              HasSubstr("rank 2 on h2 would encode differently: x264 165 where rank 0 has x264 164"));
  EXPECT_THAT(newcomers.look(2), IsEmpty());
  EXPECT_THAT(lost, ElementsAre(2)) << "it is not waited for at the end";
  other = hello_of("h2", 2);
  other.has_fma = false;
  rank = joins(other);
  EXPECT_THAT(refusal_of(rank), HasSubstr("lacks fused multiply-add"));
  transport.join();
  EXPECT_THAT(newcomers.look(3), IsEmpty());
  EXPECT_TRUE(newcomers.take({4, message(Operation::hello, Bytes(3, std::byte{'?'}))}));
  EXPECT_THAT(refusal_of(4), HasSubstr("cannot be joined"));
  EXPECT_THAT(takes_part(hello_of("h2", 2)), 5) << "ranks are not used twice";
}

TEST_F(MembershipTest, OneThatDoesNotSeeTheFilesIsSentAway) {
  admission.sample = [] { return TreeSample{{}, "/out", "token"}; };
  const auto answer = [this](const std::string& text) {
    const int rank = joins(hello_of("h2", 2));
    EXPECT_EQ(times(Operation::look, rank), 1);
    EXPECT_EQ(times(Operation::setup, rank), 0) << "not before it has answered";
    ByteWriter writer;
    writer.put_string(text);
    EXPECT_TRUE(newcomers.take({rank, message(Operation::seen, writer.take())}));
    return rank;
  };
  EXPECT_THAT(refusal_of(answer("/out is another folder there, or none")),
              HasSubstr("h2 does not see the job's files: /out"));
  const int rank = answer("");
  EXPECT_EQ(times(Operation::setup, rank), 1);
}

TEST_F(MembershipTest, ADrainedRankFinishesWhatItRunsAndLeaves) {
  start_job(8);
  auto leaving = leavers({true, false});
  for (const int chunk : {given[1][0], given[1][1]}) scheduler.chunk_started(chunk, 1, 1);
  leaving.drain("h1", 2);
  EXPECT_EQ(scheduler.lanes(), 2);
  int cancelled = 0;
  for (const auto& command : scheduler.take_commands())
    cancelled += std::holds_alternative<sched::Cancel>(command);
  EXPECT_EQ(cancelled, 2) << "what it has not begun";
  for (const int chunk : {given[1][0], given[1][1]}) {
    leaving.look(3);
    EXPECT_EQ(times(Operation::quit, 1), 0) << "it still runs something";
    EXPECT_TRUE(scheduler.chunk_finished(chunk, 1, 1, 3));
  }
  leaving.look(4);
  EXPECT_EQ(times(Operation::quit, 1), 1);
  EXPECT_NE(transport.wait_for(Operation::quit, -1).message.payload, nullptr) << "the job goes on";
  EXPECT_TRUE(leaving.take({1, message(Operation::bye)}));
  EXPECT_EQ(times(Operation::bye, 1), 1);
  leaving.look(5);
  EXPECT_THAT(lost, ElementsAre(1));
  EXPECT_EQ(log.counts().ranks[1].left, 5);
  EXPECT_FALSE(log.counts().ranks[1].lost);
}

TEST_F(MembershipTest, WhoSaysByeWhileTheOutputIsFinishedIsNotWaitedFor) {
  const int rank = takes_part(hello_of("h2", 1));
  start_job(8);
  auto leaving = leavers({true, true});
  leaving.drain("h2", 1);
  finish(rank);
  leaving.look(2);
  EXPECT_EQ(times(Operation::quit, rank), 1);
  for (const int other : {0, 1}) finish(other);
  leaving.settle(3);
  EXPECT_EQ(times(Operation::quit, 1), 0) << "no other is let go meanwhile";
  EXPECT_TRUE(leaving.take({rank, message(Operation::bye)}));
  leaving.settle(4);
  EXPECT_EQ(times(Operation::bye, rank), 1);
  EXPECT_THAT(lost, ElementsAre(rank));
}

TEST_F(MembershipTest, WhereMpirunLetsNoRankGoItStaysWithoutWork) {
  start_job(2);
  auto leaving = leavers({false, false});
  leaving.drain("1", 1);
  leaving.look(2);
  EXPECT_EQ(times(Operation::quit, 1), 0);
  EXPECT_EQ(scheduler.lanes_of(1), 0);
  EXPECT_THAT(told.str(), HasSubstr("it sleeps to the end"));
}

TEST_F(MembershipTest, WhatCannotBeDrainedIsToldOf) {
  start_job(2);
  auto leaving = leavers({true, false});
  for (const char* nobody : {"7", "h9", "-1", "", "1x"}) leaving.drain(nobody, 1);
  EXPECT_THAT(told.str(), HasSubstr("'h9' cannot be drained: it is no rank and no host of this job"));
  EXPECT_EQ(scheduler.lanes(), 6);
  leaving.drain("h1.site", 1);
  leaving.drain("0", 1);
  EXPECT_THAT(told.str(), HasSubstr("'0' cannot be drained: no other lanes are left"));
  EXPECT_EQ(scheduler.lanes(), 2);
}

TEST_F(MembershipTest, RankZeroIsDrainedButStays) {
  start_job(2);
  auto leaving = leavers({true, true});
  leaving.drain("h0", 1);
  leaving.look(2);
  EXPECT_EQ(scheduler.lanes_of(0), 0);
  EXPECT_EQ(times(Operation::quit, 0), 0);
  EXPECT_THAT(told.str(), HasSubstr("rank 0 stays as the coordinator"));
}

TEST_F(MembershipTest, RanksThatAreNotNeededAnyMoreLeaveIfTheyMay) {
  takes_part(hello_of("h2", 1));
  takes_part(hello_of("h3", 1));
  start_job(8);
  auto leaving = leavers({true, false});
  leaving.look(1);
  EXPECT_EQ(times(Operation::quit, 2) + times(Operation::quit, 3), 0) << "all lanes are busy";
  for (const int rank : {1, 2, 3}) finish(rank);
  for (int looks = 0; looks < 4; ++looks) leaving.look(3);
  EXPECT_EQ(times(Operation::quit, 1), 0) << "it is of the job's own mpirun";
  EXPECT_EQ(times(Operation::quit, 2) + times(Operation::quit, 3), 2);
  EXPECT_EQ(scheduler.lanes(), 6);
}

TEST_F(MembershipTest, AGuestThatIsToldToStopTakesNothingWithIt) {
  const int rank = takes_part(hello_of("h2", 2));
  start_job(8);
  auto leaving = leavers({true, false});
  suspects.assigned(given[rank].front(), rank);
  suspects.started(given[rank].front(), rank);
  leaving.ended(rank, 2);
  leaving.ended(rank, 2);
  EXPECT_EQ(scheduler.ranks(), 2);
  EXPECT_EQ(times(Operation::quit, rank), 1);
  EXPECT_THAT(suspects.rank_lost(rank).held, IsEmpty()) << "its chunks are not under suspicion";
}

}  // namespace
}  // namespace mpienc::app
