#include "assignment.hpp"

#include <algorithm>

namespace mpienc::sched {

namespace {

bool much_slower(const Ledger& ledger, int rank, const RankPool::Full& others) {
  const double least_share = 0.75;
  return others.lanes > 0 && ledger.speeds().pace(rank) &&
         ledger.speeds().speed(rank) * others.lanes < least_share * others.capacity;
}

/// How long before it begins a chunk is sent ahead.
double ahead(double chunk_seconds, double credit_seconds) {
  return credit_seconds * std::min(1.0, chunk_seconds / 4);
}

/// Lets the thief take a chunk that waits elsewhere for much longer than was expected when it was sent there,
/// if its turn was before that of all queued ones; returns whether it does.
bool steal_late(Ledger& ledger, int thief, double credit_seconds, const Moment& moment) {
  const auto victim = ledger.pool().victim();
  if (!victim) {
    return false;
  }
  const RankLoad& load = *ledger.pool().find(*victim);
  const int chunk = load.stealable.rbegin()->second;
  const double cost = ledger.expected_seconds(chunk);
  if (!ledger.queue().front_comes_after(chunk, cost) ||
      load.last_begin <= moment.now + load.lead() + 4 * ahead(cost / load.speed, credit_seconds) ||
      thief_is_later(ledger, thief, *victim, cost, moment.now)) {
    return false;
  }
  ledger.steal(chunk, thief, moment.now);
  return true;
}

}  // namespace

bool thief_is_later(const Ledger& ledger, int thief, int victim, double cost, double now) {
  const RankLoad& load = *ledger.pool().find(victim);
  const double alone = cost / load.speed;
  const double wait = std::max(0.0, std::min(load.last_begin, load.free_at - alone / load.lanes) - now);
  return cost / ledger.speeds().speed(thief) > (wait + alone) * (1 + 1e-9);
}

bool others_are_sooner(const Ledger& ledger, int rank, double cost, const Moment& moment) {
  const RankPool::Full others = ledger.pool().full();
  if (!moment.plan_complete || !much_slower(ledger, rank, others)) {
    return false;
  }
  const double begin = std::max(moment.now, others.free_at) + ledger.queue().cost() / others.capacity;
  const double end = begin + cost * others.lanes / others.capacity;
  return moment.now + cost / ledger.speeds().speed(rank) > end;
}

void assign_on_demand(Ledger& ledger, const Moment& moment) {
  while (!ledger.queue().empty()) {
    const auto rank = ledger.pool().most_free();
    if (!rank) {
      return;
    }
    ledger.give(ledger.queue().front(), *rank, moment.now);
  }
}

void assign_shares(Ledger& ledger, Shares& shares, const Moment& moment) {
  if (shares.ready()) {
    shares.fix();
    for (const auto& [rank, load] : ledger.pool().all()) {
      if (load.lanes == 0) continue;
      double given = 0;
      for (const int chunk : load.held) given += ledger.expected_seconds(chunk);
      shares.set(rank, load.lanes * ledger.speeds().speed(rank), given);
    }
  }
  if (!shares.fixed()) {
    assign_on_demand(ledger, moment);
    return;
  }
  while (!ledger.queue().empty()) {
    const int chunk = ledger.queue().front();
    const double cost = ledger.expected_seconds(chunk);
    const auto rank = shares.best(cost);
    if (!rank) {
      return;
    }
    shares.give(*rank, cost);
    ledger.give(chunk, *rank, moment.now);
  }
}

void assign_batches(Ledger& ledger, const Moment& moment) {
  while (!ledger.queue().empty()) {
    const auto rank = ledger.pool().most_free();
    if (!rank) {
      return;
    }
    const std::int64_t twice_all = 2 * std::int64_t{ledger.pool().lanes()};
    const std::int64_t share = std::int64_t{ledger.queue().size()} * ledger.pool().find(*rank)->lanes;
    for (std::int64_t left = (share + twice_all - 1) / twice_all; left > 0; --left) {
      ledger.give(ledger.queue().front(), *rank, moment.now);
    }
  }
}

void assign_with_credits(Ledger& ledger, double credit_seconds, const Moment& moment) {
  while (!ledger.queue().empty()) {
    const Speeds& speeds = ledger.speeds();
    const int chunk = ledger.queue().front();
    const double cost = ledger.expected_seconds(chunk);
    auto rank = speeds.differ() ? ledger.pool().fastest_free(speeds.mean_pace()) : ledger.pool().most_free();
    if (!rank || others_are_sooner(ledger, *rank, cost, moment)) {
      rank = ledger.pool().room_for_credit();
      if (!rank || ledger.pool().find(*rank)->credit_from >
                       moment.now + ahead(cost / speeds.speed(*rank), credit_seconds)) {
        return;
      }
    } else if (steal_late(ledger, *rank, credit_seconds, moment)) {
      continue;
    }
    ledger.give(chunk, *rank, moment.now);
  }
}

std::optional<int> assign_elsewhere(Ledger& ledger, int chunk, int except, double now) {
  if (!ledger.queue().contains(chunk)) {
    return std::nullopt;
  }
  std::optional<int> best;
  double begin = 0;
  for (const auto& [rank, load] : ledger.pool().all()) {
    const double free = load.free_lanes() > 0 ? now : std::max(now, load.next_begin);
    if (rank == except || load.lanes == 0 || (best && free >= begin)) continue;
    best = rank;
    begin = free;
  }
  if (best) ledger.give(chunk, *best, now);
  return best;
}

}  // namespace mpienc::sched
