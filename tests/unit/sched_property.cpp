#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <optional>
#include <random>
#include <set>
#include <tuple>
#include <utility>

#include "mpienc/sched/scheduler.hpp"

namespace mpienc::sched {
namespace {

/// A cluster of ranks that come, go and finish chunks in random order, and a naive second opinion on
/// every command: it scans all ranks and chunks where the scheduler must not.
class RandomJob {
 public:
  explicit RandomJob(unsigned seed)
      : random_(seed),
        limits_{.window = pick(1, 20), .credits = pick(0, 3)},
        total_(pick(0, 40)),
        losses_left_(pick(0, 6)),
        late_left_(pick(0, 20)),
        scheduler_(limits_) {
    for (int ranks = pick(0, 5); ranks > 0; --ranks) join();
  }

  void run() {
    const int most_steps = 1000;
    for (int step = 0; step < most_steps && !scheduler_.finished(); ++step) {
      random_event();
      if (pick(0, 3) > 0 || scheduler_.finished()) carry_out();
      if (testing::Test::HasFatalFailure() || testing::Test::HasNonfatalFailure()) return;
    }
    carry_out();
    EXPECT_TRUE(scheduler_.finished()) << "still running after " << most_steps << " events";
    EXPECT_EQ(finished_commands_, 1);
    EXPECT_EQ(released_, total_);
  }

 private:
  struct Rank {
    int lanes = 0;
    std::set<int> held;
    [[nodiscard]] int excess() const { return static_cast<int>(held.size()) - lanes; }
  };

  int pick(int low, int high) { return std::uniform_int_distribution<int>(low, high)(random_); }

  template <class Container>
  auto any_of(const Container& container) {
    return std::next(container.begin(), pick(0, static_cast<int>(container.size()) - 1));
  }

  void random_event() {
    switch (pick(0, 9)) {
      case 0: lose(); break;
      case 1: late_result(); break;
      case 2:
        if (ranks_.size() < 5) join();
        break;
      case 3:
      case 4:
      case 5: plan(); break;
      default: finish();
    }
  }

  void plan() {
    carry_out();
    EXPECT_EQ(scheduler_.wants_chunk(), !complete_ && planned_ - released_ < limits_.window);
    if (planned_ == total_ && !complete_) {
      complete_ = true;
      scheduler_.plan_complete();
    } else if (scheduler_.wants_chunk()) {
      queued_.insert(planned_);
      scheduler_.chunk_planned(planned_++);
    }
  }

  void join() {
    carry_out();
    int rank = pick(0, 9);
    while (ranks_.contains(rank)) rank = pick(0, 9);
    const bool all_without_lanes =
        std::ranges::all_of(ranks_, [](const auto& r) { return r.second.lanes == 0; });
    const int lanes = pick(ranks_.size() == 4 && all_without_lanes ? 1 : 0, 6);
    ranks_[rank].lanes = lanes;
    scheduler_.rank_joined(rank, lanes);
  }

  void lose() {
    if (ranks_.empty() || losses_left_-- <= 0) return;
    carry_out();
    const auto it = any_of(ranks_);
    const int rank = it->first;
    for (const int chunk : it->second.held) {
      queued_.insert(chunk);
      late_.emplace(chunk, rank);
    }
    ranks_.erase(it);
    scheduler_.rank_lost(rank);
  }

  void finish() {
    carry_out();
    std::vector<std::pair<int, int>> running;
    for (const auto& [rank, state] : ranks_) {
      for (const int chunk : state.held) running.emplace_back(chunk, rank);
    }
    if (running.empty()) return;
    const auto [chunk, rank] = *any_of(running);
    ranks_[rank].held.erase(chunk);
    done_.insert(chunk);
    late_.emplace(chunk, rank);
    EXPECT_TRUE(scheduler_.chunk_finished(chunk, rank));
  }

  void late_result() {
    if (late_.empty() || late_left_-- <= 0) return;
    carry_out();
    const auto [chunk, rank] = *any_of(late_);
    const auto it = ranks_.find(rank);
    if (it != ranks_.end() && it->second.held.contains(chunk)) return;
    EXPECT_FALSE(scheduler_.chunk_finished(chunk, rank));
    EXPECT_TRUE(scheduler_.take_commands().empty());
  }

  void carry_out() {
    for (const Command& command : scheduler_.take_commands()) {
      EXPECT_EQ(finished_commands_, 0) << "a command after Finished";
      std::visit([this](const auto& value) { check(value); }, command);
    }
    check_state();
  }

  void check(const Assign& assign) {
    ASSERT_FALSE(queued_.empty());
    EXPECT_EQ(assign.chunk, *queued_.begin()) << "not the oldest queued chunk";
    std::optional<std::pair<int, int>> best;
    for (const auto& [rank, state] : ranks_) {
      if (state.lanes > 0 && (!best || std::pair{state.excess(), rank} < *best)) {
        best = {state.excess(), rank};
      }
    }
    ASSERT_TRUE(best);
    EXPECT_EQ(assign.rank, best->second);
    EXPECT_LT(best->first, limits_.credits) << "credits exceeded";
    queued_.erase(assign.chunk);
    ranks_[assign.rank].held.insert(assign.chunk);
  }

  void check(const Release& release) {
    EXPECT_EQ(release.chunk, released_) << "out of order";
    EXPECT_TRUE(done_.contains(release.chunk)) << "without a result";
    ++released_;
  }

  void check(const Finished&) {
    ++finished_commands_;
    EXPECT_TRUE(complete_);
    EXPECT_EQ(released_, total_);
  }

  void check_state() const {
    EXPECT_LE(planned_ - released_, limits_.window);
    EXPECT_EQ(scheduler_.planned(), planned_);
    EXPECT_EQ(scheduler_.released(), released_);
    EXPECT_FALSE(done_.contains(released_)) << "a result that could leave was kept";
    int lanes = 0, busy = 0;
    for (const auto& [rank, state] : ranks_) {
      lanes += state.lanes;
      busy += std::min(state.lanes, static_cast<int>(state.held.size()));
      if (state.lanes > 0 && !queued_.empty()) {
        EXPECT_GE(state.excess(), limits_.credits) << "rank " << rank << " could take a queued chunk";
      }
    }
    EXPECT_EQ(scheduler_.ranks(), static_cast<int>(ranks_.size()));
    EXPECT_EQ(scheduler_.lanes(), lanes);
    EXPECT_EQ(scheduler_.busy_lanes(), busy);
    EXPECT_EQ(scheduler_.finished(), finished_commands_ == 1);
  }

  std::mt19937_64 random_;
  Limits limits_;
  int total_;
  int losses_left_;
  int late_left_;
  Scheduler scheduler_;

  std::map<int, Rank> ranks_;
  std::set<int> queued_, done_;
  std::set<std::pair<int, int>> late_;  ///< {chunk, rank} whose result may come again or too late
  int planned_ = 0, released_ = 0, finished_commands_ = 0;
  bool complete_ = false;
};

TEST(SchedulerProperty, HoldsForTenThousandRandomJobs) {
  for (unsigned seed = 0; seed < 10'000; ++seed) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    RandomJob(seed).run();
    if (HasFailure()) return;
  }
}

}  // namespace
}  // namespace mpienc::sched
