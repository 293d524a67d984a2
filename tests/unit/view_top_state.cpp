#include "mpienc/view/top_state.hpp"

#include <gmock/gmock.h>

#include "view_jobs.hpp"

namespace mpienc::view {
namespace {

std::vector<WatchedJob> three() {
  return {test::job("b.mkv", 0.1, 50), test::job("a.mkv", 0.9, 10), test::job("c.mkv", 0.5, 90)};
}

std::string names(const std::vector<WatchedJob>& jobs) {
  std::string text;
  for (const auto& job : jobs) text += job.name.substr(0, 1);
  return text;
}

TEST(TopState, SortsJobsAndRanks) {
  EXPECT_EQ(names(ordered(three(), JobOrder::name)), "abc");
  EXPECT_EQ(names(ordered(three(), JobOrder::done)), "acb");
  EXPECT_EQ(names(ordered(three(), JobOrder::eta)), "acb");
  EXPECT_EQ(names(ordered(three(), JobOrder::speed)), "cba");
  auto jobs = three();
  jobs[2].ended = true;
  jobs[0].status.eta.reset();
  EXPECT_EQ(names(ordered(jobs, JobOrder::speed)), "bac") << "what has ended goes last";
  EXPECT_EQ(names(ordered(jobs, JobOrder::eta)), "abc");
  const auto ranks = jobs[0].status.ranks;
  EXPECT_EQ(ordered(ranks, RankOrder::rank)[0].rank, 0);
  EXPECT_EQ(ordered(ranks, RankOrder::host)[0].rank, 1);
  EXPECT_EQ(ordered(ranks, RankOrder::speed)[0].rank, 1);
  EXPECT_EQ(ordered(ranks, RankOrder::done)[0].rank, 1);
}

TEST(TopState, ASelectionStaysWithItsJobWhereRowsMove) {
  TopState state;
  press(Key::down, three(), state, 8);
  EXPECT_EQ(state.job, "/films/b.mkv.status");
  press(Key::sort, three(), state, 8);
  EXPECT_EQ(state.job_order, JobOrder::done);
  EXPECT_EQ(state.job, "/films/b.mkv.status");
  EXPECT_EQ(selected(ordered(three(), state.job_order), state), 2U);
  for (const auto key : {Key::down, Key::page_down, Key::last}) press(key, three(), state, 8);
  EXPECT_EQ(state.job, "/films/b.mkv.status") << "the last stays";
  press(Key::first, three(), state, 8);
  EXPECT_EQ(state.job, "/films/a.mkv.status");
}

TEST(TopState, ADrainIsAskedForAndOnlyYesDoesIt) {
  TopState state;
  press(Key::other_table, three(), state, 8);
  press(Key::down, three(), state, 8);
  EXPECT_EQ(state.rank, 1);
  EXPECT_TRUE(std::holds_alternative<std::monostate>(press(Key::drain, three(), state, 8)));
  ASSERT_TRUE(state.asked);
  EXPECT_TRUE(std::holds_alternative<std::monostate>(press(Key::quit, three(), state, 8))) << "no, not quit";
  EXPECT_FALSE(state.asked);
  press(Key::drain, three(), state, 8);
  const auto action = press(Key::yes, three(), state, 8);
  ASSERT_TRUE(std::holds_alternative<DrainRank>(action));
  EXPECT_EQ(std::get<DrainRank>(action), (DrainRank{"/films/a.mkv.status", 1}));
  EXPECT_FALSE(state.asked);
  EXPECT_TRUE(std::holds_alternative<std::monostate>(press(Key::yes, three(), state, 8)));
}

TEST(TopState, WhoIsGoneIsNotDrained) {
  auto jobs = three();
  jobs[1].status.ranks[0].state = report::RankState::lost;
  TopState state;
  press(Key::drain, jobs, state, 8);
  EXPECT_FALSE(state.asked);
  EXPECT_EQ(state.message, "rank 0 is no longer there");
  jobs[1].ended = true;
  press(Key::drain, jobs, state, 8);
  EXPECT_EQ(state.message, "a.mkv has ended");
}

TEST(TopState, AnyKeyLeavesTheHelpAndQQuits) {
  TopState state;
  press(Key::help, three(), state, 8);
  EXPECT_TRUE(state.help);
  press(Key::down, three(), state, 8);
  EXPECT_FALSE(state.help);
  EXPECT_EQ(state.job, "/films/a.mkv.status") << "that key moved nothing";
  EXPECT_TRUE(std::holds_alternative<Quit>(press(Key::quit, three(), state, 8)));
}

TEST(TopState, NoJobsAndNoRanksAreNoTrouble) {
  TopState state;
  auto bare = three();
  for (auto& job : bare) job.status.ranks.clear();
  for (int key = 0; key <= static_cast<int>(Key::other); ++key) {
    press(static_cast<Key>(key), {}, state, 0);
    press(static_cast<Key>(key), bare, state, 0);
  }
  EXPECT_FALSE(state.rank);
}

}  // namespace
}  // namespace mpienc::view
