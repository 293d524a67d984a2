#include "balancing.hpp"

#include <algorithm>

namespace mpienc::sched {

namespace {

std::optional<int> fastest_free(const Ledger& ledger, int except = -1) {
  return ledger.pool().fastest_free(ledger.speeds().mean_pace(), except);
}

/// When a running chunk will be done, as far as is known now.
double expected_finish(const Holder& holder, double cost, double speed, double now) {
  const double finish = holder.started + cost / speed;
  return finish > now ? finish : now + (now - holder.started) / 2;
}

}  // namespace

void steal_waiting(Ledger& ledger, const Moment& moment) {
  while (ledger.queue().empty()) {
    const auto thief = fastest_free(ledger);
    const auto victim = ledger.pool().victim();
    if (!thief || !victim) {
      return;
    }
    const int chunk = ledger.pool().find(*victim)->stealable.rbegin()->second;
    // No other free rank is faster, so none could take it sooner either.
    const double cost = ledger.expected_seconds(chunk);
    if (thief_is_later(ledger, *thief, *victim, cost, moment.now) ||
        others_are_sooner(ledger, *thief, cost, moment)) {
      return;
    }
    ledger.steal(chunk, *thief, moment.now);
  }
}

void copy_running(Ledger& ledger, const Moment& moment) {
  if (!moment.plan_complete && !moment.window_full) {
    return;
  }
  const double least_gain = 0.1;
  for (int corrections = 0; corrections < 4;) {
    const auto chunk = moment.plan_complete ? ledger.last_to_finish() : std::optional(moment.oldest);
    const ChunkState* state = chunk ? ledger.find(*chunk) : nullptr;
    if (!state || state->holders.size() != 1 || !state->holders.front().running) {
      return;
    }
    const Holder holder = state->holders.front();
    const auto rank = fastest_free(ledger, holder.rank);
    if (!rank) {
      return;
    }
    const double cost = ledger.expected_seconds(*chunk);
    const double finish = expected_finish(holder, cost, ledger.speeds().speed(holder.rank), moment.now);
    if (moment.now + cost / ledger.speeds().speed(*rank) + least_gain * cost <= finish) {
      ledger.give(*chunk, *rank, moment.now);
    } else if (moment.plan_complete && finish < holder.finish) {
      // What was learned since it began says that it is not the last after all.
      ledger.set_finish(*chunk, holder.rank, finish, moment.now);
      ++corrections;
    } else {
      return;
    }
  }
}

void review_overdue(Ledger& ledger, double now) {
  for (const auto& [chunk, rank] : ledger.overdue(now)) {
    const double finish = expected_finish(*ledger.holder(chunk, rank), ledger.expected_seconds(chunk),
                                          ledger.speeds().speed(rank), now);
    ledger.set_finish(chunk, rank, finish, now);
  }
}

}  // namespace mpienc::sched
