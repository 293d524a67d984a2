#include "mpienc/sched/scheduler.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "assignment.hpp"
#include "balancing.hpp"
#include "ledger.hpp"
#include "mpienc/core/error.hpp"
#include "mpienc/sched/release_window.hpp"
#include "shares.hpp"

namespace mpienc::sched {

class Scheduler::Impl {
 public:
  Impl(Limits given_limits, Policy given_policy)
      : limits(given_limits), policy(given_policy), window(limits.window), ledger(policy.credits) {}

  void plan(int chunk, const plan::Work& work) {
    if (complete) {
      throw Error(ExitStatus::internal, fmt::format("chunk {} was planned after the end of the plan", chunk));
    }
    window.plan(chunk);
    ledger.plan(work);
  }

  /// Decides all that the last event left open. Releases come last, so that lanes get their work first.
  void settle(double now) {
    std::vector<int> leaving;
    while (const auto chunk = window.release()) {
      ledger.release_oldest();
      leaving.push_back(*chunk);
    }
    decide({now, complete, !window.has_room(), window.released()});
    for (const int chunk : leaving) {
      ledger.commands.emplace_back(Release{chunk});
    }
    if (complete && !finished && window.released() == window.planned()) {
      finished = true;
      ledger.commands.emplace_back(Finished{});
    }
  }

  Limits limits;
  Policy policy;
  ReleaseWindow window;
  Ledger ledger;
  Shares shares;
  bool complete = false, finished = false;

 private:
  void decide(const Moment& moment) {
    switch (policy.strategy) {
      case Strategy::on_demand: return assign_on_demand(ledger, moment);
      case Strategy::shares: return assign_shares(ledger, shares, moment);
      case Strategy::guided: return assign_batches(ledger, moment);
      case Strategy::steal:
        assign_with_credits(ledger, policy.credit_seconds, moment);
        steal_waiting(ledger, moment);
        if (policy.copies) copy_running(ledger, moment);
    }
  }
};

Scheduler::Scheduler(Limits limits, Policy policy) {
  if (policy.credits < 0 || limits.unfinished < 1) {
    throw Error(ExitStatus::internal,
                fmt::format("{} credits per rank and {} unfinished chunks; it takes 0 and 1 or more",
                            policy.credits, limits.unfinished));
  }
  impl_ = std::make_unique<Impl>(limits, policy);
}

Scheduler::~Scheduler() = default;

void Scheduler::rank_joined(int rank, int lanes, double now) {
  impl_->ledger.join(rank, lanes, now);
  impl_->shares.join(rank, lanes);
  impl_->settle(now);
}

void Scheduler::rank_lost(int rank, double now) {
  impl_->ledger.lose(rank, now);
  impl_->shares.lose(rank);
  impl_->settle(now);
}

void Scheduler::rank_drained(int rank, double now) {
  impl_->ledger.drain(rank, now);
  impl_->shares.lose(rank);
  impl_->settle(now);
}

void Scheduler::set_limits(const Limits& limits, double now) {
  impl_->limits = limits;
  impl_->window.resize(limits.window);
  impl_->settle(now);
}

void Scheduler::chunk_planned(int chunk, const plan::Work& work, double now) {
  impl_->plan(chunk, work);
  impl_->settle(now);
}

void Scheduler::chunk_restored(int chunk, const plan::Work& work, double now) {
  impl_->plan(chunk, work);
  impl_->ledger.finish(chunk, -1, now);
  impl_->window.finish(chunk);
  impl_->settle(now);
}

void Scheduler::plan_complete(double now) {
  impl_->complete = true;
  impl_->ledger.put_longest_first();
  impl_->settle(now);
}

void Scheduler::chunk_started(int chunk, int rank, double now) {
  impl_->ledger.start(chunk, rank, now);
  impl_->settle(now);
}

bool Scheduler::chunk_finished(int chunk, int rank, double seconds, double now) {
  if (chunk < 0 || chunk >= planned()) {
    throw Error(ExitStatus::internal,
                fmt::format("rank {} finished chunk {}, but only {} are planned", rank, chunk, planned()));
  }
  const ChunkState* state = impl_->ledger.find(chunk);
  if (!impl_->ledger.pool().find(rank) || !state || state->done) {
    return false;
  }
  impl_->ledger.finish(chunk, rank, now);
  impl_->ledger.learn(state->work, rank, seconds, now);
  impl_->shares.measured(rank);
  impl_->window.finish(chunk);
  impl_->settle(now);
  return true;
}

void Scheduler::chunk_failed(int chunk, int rank, double now) {
  const ChunkState* state = impl_->ledger.find(chunk);
  // A victim that fails had begun the chunk: its refusal of the steal is on its way.
  if (state && state->victim == rank && !state->moved) {
    impl_->ledger.steal_refused(chunk, now);
  }
  if (!impl_->ledger.holder(chunk, rank)) {
    return;
  }
  impl_->ledger.fail(chunk, rank, now);
  if (const auto other = assign_elsewhere(impl_->ledger, chunk, rank, now); other && impl_->shares.fixed()) {
    impl_->shares.give(*other, impl_->ledger.expected_seconds(chunk));
  }
  impl_->settle(now);
}

void Scheduler::chunk_replaced(int chunk, int rank, double now) {
  const ChunkState* state = impl_->ledger.find(chunk);
  if (!state || state->done) {
    return;
  }
  impl_->ledger.finish(chunk, rank, now);
  impl_->window.finish(chunk);
  impl_->settle(now);
}

void Scheduler::steal_answered(int chunk, int victim, bool moved, double now) {
  const ChunkState* state = impl_->ledger.find(chunk);
  if (!state || state->victim != victim || state->moved) {
    return;
  }
  if (moved) {
    impl_->ledger.steal_granted(chunk);
  } else {
    impl_->ledger.steal_refused(chunk, now);
  }
  impl_->settle(now);
}

void Scheduler::tick(double now) {
  review_overdue(impl_->ledger, now);
  impl_->settle(now);
}

bool Scheduler::wants_chunk() const {
  const Ledger& ledger = impl_->ledger;
  return !impl_->complete && impl_->window.has_room() &&
         ledger.unfinished_bytes() < impl_->limits.most_bytes &&
         (ledger.unfinished() < impl_->limits.unfinished ||
          ledger.unfinished_bytes() < impl_->limits.ahead_bytes);
}

bool Scheduler::finished() const { return impl_->finished; }
std::vector<Command> Scheduler::take_commands() { return std::exchange(impl_->ledger.commands, {}); }
int Scheduler::ranks() const { return impl_->ledger.pool().ranks(); }
int Scheduler::lanes() const { return impl_->ledger.pool().lanes(); }
int Scheduler::busy_lanes() const { return impl_->ledger.pool().busy_lanes(); }
int Scheduler::planned() const { return impl_->window.planned(); }
int Scheduler::released() const { return impl_->window.released(); }
double Scheduler::speed(int rank) const { return impl_->ledger.speeds().speed(rank); }

int Scheduler::lanes_of(int rank) const {
  const RankLoad* load = impl_->ledger.pool().find(rank);
  return load ? load->lanes : 0;
}

bool Scheduler::idle(int rank) const {
  const RankLoad* load = impl_->ledger.pool().find(rank);
  return !load || (load->held.empty() && load->passing.empty());
}

std::vector<int> Scheduler::surplus(const std::function<bool(int rank)>& may_leave) const {
  const Ledger& ledger = impl_->ledger;
  if (!impl_->complete || !ledger.queue().empty()) {
    return {};
  }
  std::vector<int> idle_ranks;
  int kept = 0;
  for (const auto& [rank, load] : ledger.pool().all()) {
    kept += load.free_lanes();
    if (load.lanes > 0 && idle(rank) && may_leave(rank)) idle_ranks.push_back(rank);
  }
  std::ranges::stable_sort(idle_ranks, {}, [&](int rank) { return ledger.speeds().speed(rank); });
  std::vector<int> result;
  for (const int rank : idle_ranks) {
    const int lanes = lanes_of(rank);
    if (kept - lanes < std::max(1, ledger.unfinished())) continue;
    kept -= lanes;
    result.push_back(rank);
  }
  return result;
}

IdleLanes Scheduler::idle_lanes() const {
  const RankPool& pool = impl_->ledger.pool();
  IdleLanes idle{.link = pool.fed_idle_lanes()};
  int& cause = impl_->complete ? idle.tail : wants_chunk() ? idle.reader : idle.window;
  cause = pool.idle_lanes() - pool.fed_idle_lanes();
  return idle;
}

}  // namespace mpienc::sched
