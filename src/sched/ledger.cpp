#include "ledger.hpp"

#include <algorithm>
#include <cmath>

namespace mpienc::sched {

void Ledger::join(int rank, int lanes, double now) {
  pool_.join(rank, lanes, now);
  speeds_.join(rank, lanes);
}

void Ledger::lose(int rank, double now) {
  const RankLoad* load = pool_.find(rank);
  if (!load) {
    return;
  }
  for (const int chunk : std::set(load->held)) {
    forget_steal(chunk, now);
    drop(chunk, rank, now);
    if (find(chunk)->holders.empty()) {
      enqueue(chunk, true);
    }
  }
  for (const int chunk : std::set(load->passing)) {
    const int thief = find(chunk)->holders.front().rank;
    forget_steal(chunk, now);
    drop(chunk, thief, now);
    commands.emplace_back(Cancel{chunk, thief});
    enqueue(chunk, true);
  }
  pool_.lose(rank);
  speeds_.lose(rank);
  std::vector<int> left;
  for (const auto& entry : pool_.all()) left.push_back(entry.first);
  for (const int other : left) refresh_speed(other, now);
}

void Ledger::drain(int rank, double now) {
  const RankLoad* load = pool_.find(rank);
  if (!load) {
    return;
  }
  pool_.change(rank, now, [](RankLoad& drained) { drained.lanes = 0; });
  for (const int chunk : std::set(load->held)) {
    if (holder(chunk, rank)->running) continue;
    forget_steal(chunk, now);
    drop(chunk, rank, now);
    commands.emplace_back(Cancel{chunk, rank});
    if (find(chunk)->holders.empty()) enqueue(chunk, true);
  }
}

void Ledger::plan(const plan::Work& work) {
  chunks_.push_back({.work = work, .holders = {}, .victim = {}});
  ++unfinished_;
  unfinished_bytes_ += work.bytes;
  enqueue(planned() - 1, false);
}

void Ledger::put_longest_first() {
  queue_.put_longest_first([this](int chunk) { return expected_seconds(chunk); });
}

void Ledger::give(int chunk, int rank, double now) {
  const bool copy = !find(chunk)->holders.empty();
  if (!copy) {
    queue_.erase(chunk);
  }
  const bool at_once = pool_.find(rank)->free_lanes() > 0;
  hold(chunk, rank, copy || find(chunk)->stolen || find(chunk)->failed, now);
  if (at_once) holder(chunk, rank)->sent = now;
  commands.emplace_back(Assign{chunk, rank, copy});
}

void Ledger::steal(int chunk, int thief, double now) {
  ChunkState& state = *find(chunk);
  const int victim = state.holders.front().rank;
  drop(chunk, victim, now);
  pool_.change(victim, now, [chunk](RankLoad& load) { load.passing.insert(chunk); });
  state.stolen = true;
  state.victim = victim;
  hold(chunk, thief, true, now);
  commands.emplace_back(Steal{chunk, victim, thief});
}

void Ledger::steal_granted(int chunk) { find(chunk)->moved = true; }

void Ledger::steal_refused(int chunk, double now) {
  const int victim = *find(chunk)->victim;
  forget_steal(chunk, now);
  drop(chunk, find(chunk)->holders.front().rank, now);
  hold(chunk, victim, true, now);
  start(chunk, victim, now);
}

void Ledger::start(int chunk, int rank, double now) {
  Holder* begun = holder(chunk, rank);
  if (!begun || begun->running) {
    return;
  }
  forget_steal(chunk, now);
  const double before = begun->cost;
  leave_running(chunk);
  begun->running = true;
  begun->started = now;
  begun->cost = expected_seconds(chunk);
  begun->finish = now + begun->cost / speeds_.speed(rank);
  pool_.change(rank, now, [&](RankLoad& load) {
    ++load.running;
    load.finishes.emplace(begun->finish, chunk);
    load.stealable.erase({begun->arrival, chunk});
    load.finish_sum += begun->finish;
    load.waiting_cost = load.running == load.count() ? 0 : load.waiting_cost - before;
    if (begun->sent) load.learn_delivery(now - *begun->sent);
  });
  enter_running(chunk);
}

void Ledger::finish(int chunk, int rank, double now) {
  ChunkState& state = *find(chunk);
  if (queue_.contains(chunk)) {
    queue_.erase(chunk);
  }
  forget_steal(chunk, now);
  while (!state.holders.empty()) {
    const int other = state.holders.front().rank;
    drop(chunk, other, now);
    if (other != rank) {
      commands.emplace_back(Cancel{chunk, other});
    }
  }
  state.done = true;
  --unfinished_;
  unfinished_bytes_ -= state.work.bytes;
}

void Ledger::fail(int chunk, int rank, double now) {
  forget_steal(chunk, now);
  drop(chunk, rank, now);
  ChunkState& state = *find(chunk);
  state.failed = true;
  if (state.holders.empty()) {
    enqueue(chunk, true);
  }
}

void Ledger::set_finish(int chunk, int rank, double finish, double now) {
  leave_running(chunk);
  Holder& running = *holder(chunk, rank);
  pool_.change(rank, now, [&](RankLoad& load) {
    load.finishes.erase({running.finish, chunk});
    load.finishes.emplace(finish, chunk);
    load.finish_sum += finish - running.finish;
  });
  running.finish = finish;
  enter_running(chunk);
}

void Ledger::learn(const plan::Work& work, int rank, double seconds, double now) {
  model_.observe(work, seconds * speeds_.speed(rank));
  if (std::isfinite(seconds) && seconds > 0) {
    pool_.change(rank, now, [seconds](RankLoad& load) { load.learn_chunk(seconds); });
  }
  for (const int changed : speeds_.observe(model_, rank, work, seconds)) refresh_speed(changed, now);
  if (++learned_ < next_review_) {
    return;
  }
  // What was expected of running chunks before the first results means little; later it changes slowly.
  next_review_ = learned_ + std::max(1, learned_ / 4);
  for (const auto& [unused, run] : std::vector(running_.begin(), running_.end())) {
    const auto [chunk, holder_rank] = run;
    const double finish =
        holder(chunk, holder_rank)->started + expected_seconds(chunk) / speeds_.speed(holder_rank);
    if (finish > now) set_finish(chunk, holder_rank, finish, now);
  }
}

void Ledger::release_oldest() {
  chunks_.pop_front();
  ++oldest_;
}

ChunkState* Ledger::find(int chunk) {
  return chunk < oldest_ || chunk >= planned() ? nullptr
                                               : &chunks_[static_cast<std::size_t>(chunk - oldest_)];
}

Holder* Ledger::holder(int chunk, int rank) {
  ChunkState* state = find(chunk);
  if (!state) {
    return nullptr;
  }
  const auto it = std::ranges::find(state->holders, rank, &Holder::rank);
  return it == state->holders.end() ? nullptr : &*it;
}

double Ledger::expected_seconds(int chunk) { return model_.expected_seconds(find(chunk)->work); }

std::optional<int> Ledger::last_to_finish() const {
  return alone_.empty() ? std::nullopt : std::optional(alone_.rbegin()->second);
}

std::vector<std::pair<int, int>> Ledger::overdue(double now) const {
  std::vector<std::pair<int, int>> late;
  for (const auto& [finish, run] : running_) {
    if (finish > now) break;
    late.push_back(run);
  }
  return late;
}

void Ledger::enqueue(int chunk, bool returned) { queue_.push(chunk, expected_seconds(chunk), returned); }

void Ledger::forget_steal(int chunk, double now) {
  ChunkState& state = *find(chunk);
  if (state.victim) {
    pool_.change(*state.victim, now, [chunk](RankLoad& load) { load.passing.erase(chunk); });
    state.victim.reset();
  }
}

void Ledger::refresh_speed(int rank, double now) {
  pool_.change(rank, now, [&](RankLoad& load) {
    load.pace = speeds_.pace(rank);
    load.speed = speeds_.speed(rank);
  });
}

void Ledger::hold(int chunk, int rank, bool pinned, double now) {
  const Holder added{.rank = rank, .cost = expected_seconds(chunk), .arrival = arrivals_++};
  leave_running(chunk);
  find(chunk)->holders.push_back(added);
  enter_running(chunk);
  pool_.change(rank, now, [&](RankLoad& load) {
    load.held.insert(chunk);
    load.waiting_cost += added.cost;
    if (!pinned) load.stealable.emplace(added.arrival, chunk);
  });
}

void Ledger::drop(int chunk, int rank, double now) {
  const Holder dropped = *holder(chunk, rank);
  leave_running(chunk);
  std::erase_if(find(chunk)->holders, [rank](const Holder& other) { return other.rank == rank; });
  enter_running(chunk);
  pool_.change(rank, now, [&](RankLoad& load) {
    load.held.erase(chunk);
    load.stealable.erase({dropped.arrival, chunk});
    if (dropped.running) {
      --load.running;
      load.finishes.erase({dropped.finish, chunk});
      load.finish_sum = load.running == 0 ? 0 : load.finish_sum - dropped.finish;
    } else {
      load.waiting_cost = load.running == load.count() ? 0 : load.waiting_cost - dropped.cost;
    }
  });
}

void Ledger::enter_running(int chunk) {
  const auto& holders = find(chunk)->holders;
  for (const Holder& holder : holders) {
    if (!holder.running) continue;
    running_.emplace(holder.finish, std::pair{chunk, holder.rank});
    if (holders.size() == 1) alone_.emplace(holder.finish, chunk);
  }
}

void Ledger::leave_running(int chunk) {
  for (const Holder& holder : find(chunk)->holders) {
    if (!holder.running) continue;
    running_.erase({holder.finish, {chunk, holder.rank}});
    alone_.erase({holder.finish, chunk});
  }
}

}  // namespace mpienc::sched
