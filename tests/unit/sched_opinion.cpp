#include "sched_opinion.hpp"

namespace mpienc::sched {
namespace {
/// Of seconds, as the second opinion expects less exactly.
constexpr double borderline = 0.02;
}  // namespace

void Opinion::check(const Assign& assign) {
  ASSERT_TRUE(ranks.contains(assign.rank));
  Rank& rank = ranks[assign.rank];
  EXPECT_GT(rank.lanes, 0);
  EXPECT_FALSE(rank.has(assign.chunk)) << "holds it already";
  if (assign.copy) {
    ++copies;
    EXPECT_TRUE(policy.strategy == Strategy::steal && policy.copies);
    const auto others = holders(assign.chunk);
    ASSERT_EQ(others.size(), 1U);
    EXPECT_TRUE(ranks[others.front()].started.contains(assign.chunk)) << "a copy of what nobody runs";
    EXPECT_TRUE(complete || (window_full() && assign.chunk == oldest()));
    EXPECT_GT(rank.free(), 0);
  } else if (elsewhere) {
    EXPECT_EQ(assign.chunk, elsewhere->first) << "a failed chunk goes first";
    EXPECT_NE(assign.rank, elsewhere->second) << "where it failed";
    elsewhere.reset();
    queued.erase(assign.chunk);
    returned.erase(assign.chunk);
  } else {
    ASSERT_FALSE(queued.empty());
    EXPECT_EQ(assign.chunk, first_in_queue());
    check_rank(assign);
    queued.erase(assign.chunk);
    returned.erase(assign.chunk);
  }
  if (rank.free() > 0) rank.sent[assign.chunk] = now;
  rank.held.push_back(assign.chunk);
}

int Opinion::first_in_queue() const {
  if (window_full() && !complete && queued.contains(oldest())) return oldest();
  if (!returned.empty()) return *returned.begin();
  if (!complete) return *queued.begin();
  return *std::ranges::max_element(queued, {}, [this](int chunk) {
    return std::pair{bytes[static_cast<std::size_t>(chunk)], -chunk};
  });
}

std::optional<double> Opinion::wait(const Rank& rank) const {
  std::vector<double> ends;
  for (const auto& [chunk, time] : rank.times) ends.push_back(time.second);
  std::ranges::sort(ends);
  const auto places = static_cast<std::size_t>(std::max(0, rank.count() - rank.lanes));
  if (places >= ends.size()) return std::nullopt;
  return std::max(0.0, ends[places] - now);
}

int Opinion::most_free() const {
  return std::ranges::max_element(ranks, {},
                                  [](const auto& r) {
                                    return std::pair{r.second.free(), -r.first};
                                  })
      ->first;
}

void Opinion::check_rank(const Assign& assign) {
  const Rank& rank = ranks[assign.rank];
  int lanes = 0;
  for (const auto& each : ranks) lanes += each.second.lanes;
  if (policy.strategy == Strategy::steal) {
    EXPECT_LT(rank.count(), rank.lanes + (measured.contains(assign.rank) ? policy.credits : 0));
    if (const auto seconds = wait(rank); equal_speeds && rank.free() == 0 && seconds) {
      EXPECT_LE(*seconds, sent_ahead(assign.chunk, rank) + borderline) << "too early";
    }
  } else if (policy.strategy == Strategy::guided) {
    const int queue = static_cast<int>(queued.size());
    if (batch_left_ == 0) {
      EXPECT_GT(rank.free(), 0);
      batch_rank_ = most_free();
      batch_left_ = (queue * ranks[batch_rank_].lanes + 2 * lanes - 1) / (2 * lanes);
    }
    EXPECT_EQ(assign.rank, batch_rank_);
    --batch_left_;
  } else if (!shared) {
    EXPECT_EQ(assign.rank, most_free());
    EXPECT_GT(rank.free(), 0);
  }
}

void Opinion::check(const Steal& steal) {
  ++steals;
  EXPECT_EQ(policy.strategy, Strategy::steal);
  EXPECT_EQ(holders(steal.chunk), std::vector{steal.victim});
  EXPECT_TRUE(stolen.insert(steal.chunk).second) << "a second time";
  EXPECT_FALSE(failures.contains(steal.chunk)) << "it could go back to where it failed";
  if (!queued.empty()) {
    const auto rank_in_order = [this](int chunk) {
      return std::pair{complete ? -bytes[static_cast<std::size_t>(chunk)] : 0, chunk};
    };
    EXPECT_TRUE(returned.empty());
    EXPECT_LT(rank_in_order(steal.chunk), rank_in_order(first_in_queue())) << "a queued one is next";
  }
  ASSERT_TRUE(ranks.contains(steal.thief) && ranks.contains(steal.victim));
  Rank& victim = ranks[steal.victim];
  EXPECT_GT(victim.count(), victim.lanes);
  EXPECT_GT(ranks[steal.thief].free(), 0);
  EXPECT_FALSE(victim.started.contains(steal.chunk));
  take(steal.chunk, steal.victim);
  ranks[steal.thief].held.push_back(steal.chunk);
  asked[steal.chunk] = passed[steal.chunk] = steal.victim;
}

void Opinion::check(const Cancel& cancel) {
  EXPECT_EQ(to_cancel.erase({cancel.chunk, cancel.rank}), 1U) << "it did not hold what is done";
}

void Opinion::check(const Release& release) {
  EXPECT_EQ(release.chunk, released) << "out of order";
  EXPECT_TRUE(done.contains(release.chunk)) << "without a result";
  ++released;
}

void Opinion::check(const Finished&) {
  ++finished_commands;
  EXPECT_TRUE(complete);
  EXPECT_EQ(released, planned());
}

void Opinion::check_surplus(const std::vector<int>& surplus) const {
  if (surplus.empty()) return;
  EXPECT_TRUE(complete && queued.empty()) << "there is work to give out";
  int kept = 0;
  for (const auto& [rank, state] : ranks) {
    if (std::ranges::find(surplus, rank) == surplus.end()) {
      kept += state.free();
      continue;
    }
    EXPECT_GT(state.lanes, 0);
    EXPECT_TRUE(state.held.empty());
    EXPECT_TRUE(std::ranges::none_of(passed, [rank](const auto& one) { return one.second == rank; }));
  }
  EXPECT_GE(kept, planned() - static_cast<int>(done.size()))
      << "a chunk that comes back would find no idle lane";
}

void Opinion::check_state(const Scheduler& scheduler) const {
  EXPECT_TRUE(to_cancel.empty()) << "a holder was not told";
  EXPECT_FALSE(elsewhere) << "a failed chunk was kept from the other ranks";
  EXPECT_EQ(batch_left_, 0);
  EXPECT_LE(planned() - released, limits.window);
  EXPECT_EQ(scheduler.planned(), planned());
  EXPECT_EQ(scheduler.released(), released);
  EXPECT_FALSE(done.contains(released)) << "a result that could leave was kept";
  int lanes = 0, busy = 0, idle = 0, fed = 0, full = 0;
  for (const auto& [rank, state] : ranks) {
    lanes += state.lanes;
    busy += std::min(state.lanes, state.count());
    const int free = std::max(0, state.lanes - static_cast<int>(state.started.size()));
    idle += free;
    fed += std::min(free, state.count() - static_cast<int>(state.started.size()));
    full += state.lanes > 0 && state.free() == 0;
  }
  EXPECT_EQ(scheduler.ranks(), static_cast<int>(ranks.size()));
  EXPECT_EQ(scheduler.lanes(), lanes);
  EXPECT_EQ(scheduler.busy_lanes(), busy);
  EXPECT_EQ(scheduler.finished(), finished_commands == 1);
  std::int64_t ahead = 0;
  for (int chunk = 0; chunk < planned(); ++chunk) {
    if (!done.contains(chunk)) ahead += bytes[static_cast<std::size_t>(chunk)];
  }
  const bool few = planned() - static_cast<int>(done.size()) < limits.unfinished;
  const bool may_plan = !window_full() && (few || ahead < limits.ahead_bytes);
  EXPECT_EQ(scheduler.wants_chunk(), !complete && may_plan);
  IdleLanes idle_lanes{.link = fed};
  (complete ? idle_lanes.tail : may_plan ? idle_lanes.reader : idle_lanes.window) = idle - fed;
  EXPECT_EQ(scheduler.idle_lanes(), idle_lanes);

  for (int chunk = released; chunk < planned(); ++chunk) {
    const auto having = holders(chunk).size();
    EXPECT_LE(having, 2U);
    EXPECT_EQ(having == 0, done.contains(chunk) || queued.contains(chunk)) << "chunk " << chunk << " is lost";
  }
  if (queued.empty()) return;
  for (const auto& [rank, state] : ranks) {
    if (state.lanes == 0) continue;
    EXPECT_FALSE(shared) << "shares are given at once";
    if (policy.strategy != Strategy::steal || full == 0 || !complete) {
      EXPECT_EQ(state.free(), 0) << "rank " << rank << " could take a queued chunk";
    }
    if (policy.strategy == Strategy::steal && equal_speeds && just_ticked && measured.contains(rank)) {
      const auto seconds = wait(state);
      EXPECT_TRUE(state.count() >= state.lanes + policy.credits || !seconds ||
                  *seconds > sent_ahead(first_in_queue(), state) - borderline)
          << "rank " << rank << " has a credit left";
    }
  }
}

}  // namespace mpienc::sched
