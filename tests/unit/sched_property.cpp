#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "sched_opinion.hpp"

namespace mpienc::sched {
namespace {

/// A cluster of ranks that come, go, answer and finish chunks in random order.
class RandomJob {
 public:
  RandomJob(unsigned seed, Strategy strategy)
      : random_(seed),
        opinion_({.window = pick(1, 20), .unfinished = pick(1, 20), .ahead_bytes = pick(0, 2000)},
                 {.strategy = strategy,
                  .credits = pick(0, 3),
                  .credit_seconds = pick(0, 1) * 1000 + 2.0,
                  .copies = pick(0, 3) > 0},
                 pick(0, 1) == 0),
        total_(pick(0, 40)),
        losses_left_(pick(0, 6)),
        joins_left_(pick(3, 8)),
        late_left_(pick(0, 20)),
        failures_left_(pick(0, 1) * pick(0, 12)),
        drains_left_(pick(0, 1) * pick(0, 6)),
        scheduler_(opinion_.limits, opinion_.policy) {
    for (int ranks = pick(0, 5); ranks > 0; --ranks) join();
  }

  void run() {
    const int most_steps = 4000;
    for (int step = 0; step < most_steps && !scheduler_.finished(); ++step) {
      now_ += pick(0, 3) * 0.37;
      opinion_.now = now_;
      opinion_.just_ticked = false;
      random_event();
      carry_out();
      if (testing::Test::HasFailure()) return;
    }
    EXPECT_TRUE(scheduler_.finished()) << "still running after " << most_steps << " events";
    EXPECT_EQ(opinion_.finished_commands, 1);
    EXPECT_EQ(opinion_.released, total_);
  }

  [[nodiscard]] const Opinion& opinion() const { return opinion_; }
  [[nodiscard]] int failed() const { return failed_; }
  [[nodiscard]] int drained() const { return drained_; }
  [[nodiscard]] int surplus() const { return surplus_; }

 private:
  int pick(int low, int high) { return std::uniform_int_distribution<int>(low, high)(random_); }

  template <class Container>
  auto any_of(const Container& container) {
    return *std::next(container.begin(), pick(0, static_cast<int>(container.size()) - 1));
  }

  void random_event() {
    switch (pick(0, 18)) {
      case 18: return drain();
      case 17: return dismiss();
      case 16: return fail();
      case 0: return lose();
      case 1: return late_result();
      case 2: return join();
      case 3: return tick();
      case 4:
      case 5: return answer();
      case 6:
      case 7:
      case 8:
      case 9: return start();
      case 10:
      case 11:
      case 12: return plan();
      default: return finish();
    }
  }

  void plan() {
    if (opinion_.planned() == total_ && !opinion_.complete) {
      opinion_.complete = true;
      scheduler_.plan_complete(now_);
    } else if (scheduler_.wants_chunk()) {
      const plan::Work work{.bytes = pick(1, 5) * 100};
      opinion_.planned(work.bytes);
      scheduler_.chunk_planned(opinion_.planned() - 1, work, now_);
    }
  }

  void tick() {
    opinion_.ticked();
    scheduler_.tick(now_);
  }

  void join() {
    const auto& ranks = opinion_.ranks;
    const bool lanes_needed = std::ranges::all_of(ranks, [](const auto& r) { return r.second.lanes == 0; });
    if (joins_left_-- <= 0 && !lanes_needed) return;
    int rank = pick(0, 9);
    while (ranks.contains(rank)) rank = (rank + 1) % 30;
    const int lanes = pick(lanes_needed ? 1 : 0, 4);
    opinion_.ranks[rank].lanes = lanes;
    if (lanes > 0) opinion_.unmeasured.insert(rank);
    speed_[rank] = std::exp2(pick(-4, 2));
    scheduler_.rank_joined(rank, lanes, now_);
  }

  void lose() {
    if (opinion_.ranks.empty() || losses_left_-- <= 0) return;
    const int rank = any_of(opinion_.ranks).first;
    opinion_.lost(rank);
    scheduler_.rank_lost(rank, now_);
  }

  void drain() {
    if (opinion_.ranks.empty() || drains_left_-- <= 0) return;
    const int rank = any_of(opinion_.ranks).first;
    drained_ += !opinion_.ranks[rank].held.empty();
    opinion_.drained(rank);
    scheduler_.rank_drained(rank, now_);
  }

  /// A rank that is not needed any more is drained; one that is drained and has nothing left leaves.
  void dismiss() {
    const auto surplus = scheduler_.surplus([](int rank) { return rank != 1; });
    EXPECT_TRUE(std::ranges::find(surplus, 1) == surplus.end()) << "it may not leave";
    surplus_ += static_cast<int>(surplus.size());
    opinion_.check_surplus(surplus);
    for (const auto& [rank, state] : opinion_.ranks) {
      EXPECT_EQ(scheduler_.lanes_of(rank), state.lanes);
      if (state.lanes > 0 || !scheduler_.idle(rank)) continue;
      EXPECT_TRUE(state.held.empty());
      opinion_.lost(rank);
      return scheduler_.rank_lost(rank, now_);
    }
    if (surplus.empty()) return;
    opinion_.drained(surplus.front());
    scheduler_.rank_drained(surplus.front(), now_);
  }

  void start() {
    if (given_.empty()) return;
    const auto [chunk, rank] = any_of(held());
    opinion_.began(chunk, rank);
    scheduler_.chunk_started(chunk, rank, now_);
  }

  void fail() {
    if (given_.empty() || failures_left_-- <= 0) return;
    const auto [chunk, rank] = pick(0, 3) > 0 ? any_of(held()) : any_of(given_);
    if (chunk < 0) return;
    ++failed_;
    if (pick(0, 3) == 0) {
      opinion_.replaced(chunk, rank);
      scheduler_.chunk_replaced(chunk, rank, now_);
    } else {
      opinion_.failed(chunk, rank);
      scheduler_.chunk_failed(chunk, rank, now_);
    }
  }

  void finish() {
    const auto [chunk, rank] = any_of(held());
    end(chunk, rank);
  }

  void late_result() {
    if (given_.empty() || late_left_-- <= 0) return;
    const auto [chunk, rank] = any_of(given_);
    end(chunk, rank);
  }

  void end(int chunk, int rank) {
    if (chunk < 0) return;
    const double bytes = static_cast<double>(opinion_.bytes[static_cast<std::size_t>(chunk)]);
    double seconds = bytes / 100;
    if (!opinion_.equal_speeds) seconds = pick(0, 9) == 0 ? pick(-1, 0) : seconds / speed_[rank] * pick(1, 3);
    const bool counts = opinion_.ended(chunk, rank);
    EXPECT_EQ(scheduler_.chunk_finished(chunk, rank, seconds, now_), counts);
  }

  void answer() {
    if (steals_.empty()) return;
    const Steal steal = any_of(steals_);
    std::erase(steals_, steal);
    const bool moved = pick(0, 1) == 0;
    opinion_.answered(steal.chunk, steal.victim, moved);
    scheduler_.steal_answered(steal.chunk, steal.victim, moved, now_);
  }

  /// {chunk, rank} of all that ranks hold; {-1, -1} where they hold nothing.
  std::vector<std::pair<int, int>> held() const {
    std::vector<std::pair<int, int>> pairs;
    for (const auto& [rank, state] : opinion_.ranks) {
      for (const int chunk : state.held) pairs.emplace_back(chunk, rank);
    }
    return pairs.empty() ? std::vector{std::pair{-1, -1}} : pairs;
  }

  void carry_out() {
    opinion_.event_is_over();
    for (const Command& command : scheduler_.take_commands()) {
      EXPECT_EQ(opinion_.finished_commands, 0) << "a command after Finished";
      std::visit([this](const auto& value) { opinion_.check(value); }, command);
      if (const auto* assign = std::get_if<Assign>(&command)) given_.emplace(assign->chunk, assign->rank);
      if (const auto* steal = std::get_if<Steal>(&command)) {
        given_.emplace(steal->chunk, steal->thief);
        steals_.push_back(*steal);
      }
      if (testing::Test::HasFatalFailure()) return;
    }
    opinion_.check_state(scheduler_);
  }

  std::mt19937_64 random_;
  Opinion opinion_;
  int total_, losses_left_, joins_left_, late_left_, failures_left_, drains_left_;
  int failed_ = 0, drained_ = 0, surplus_ = 0;
  Scheduler scheduler_;
  double now_ = 0;
  std::map<int, double> speed_;
  std::set<std::pair<int, int>> given_;  ///< {chunk, rank}: ranks that may deliver it at any time
  std::vector<Steal> steals_;            ///< without an answer
};

class SchedulerProperty : public testing::TestWithParam<Strategy> {};

TEST_P(SchedulerProperty, HoldsForTenThousandRandomJobs) {
  int steals = 0, copies = 0, shared = 0, failed = 0, drained = 0, surplus = 0;
  for (unsigned seed = 0; seed < 10'000; ++seed) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    RandomJob job(seed, GetParam());
    job.run();
    steals += job.opinion().steals;
    copies += job.opinion().copies;
    shared += job.opinion().shared;
    failed += job.failed();
    drained += job.drained();
    surplus += job.surplus();
    if (HasFailure()) return;
  }
  EXPECT_GT(failed, 10'000);
  EXPECT_GT(drained, 2'000);
  EXPECT_GT(surplus, 1'000);
  EXPECT_EQ(steals > 1'000, GetParam() == Strategy::steal) << steals;
  EXPECT_EQ(copies > 1'000, GetParam() == Strategy::steal) << copies;
  EXPECT_EQ(shared > 1'000, GetParam() == Strategy::shares) << shared;
}

INSTANTIATE_TEST_SUITE_P(Strategies, SchedulerProperty,
                         testing::Values(Strategy::on_demand, Strategy::shares, Strategy::guided,
                                         Strategy::steal),
                         [](const auto& test) { return std::string(name_of(test.param)); });

}  // namespace
}  // namespace mpienc::sched
