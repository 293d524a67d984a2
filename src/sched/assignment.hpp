#pragma once

#include "ledger.hpp"
#include "shares.hpp"

namespace mpienc::sched {

/// What the decisions need to know beside the ledger.
struct Moment {
  double now = 0;
  bool plan_complete = false;
  bool window_full = false;
  int oldest = 0;  ///< chunk that is not released, planned or not
};

/// Once the plan is complete: whether the ranks without a free lane are expected to have done all that waits
/// before one lane of `rank`, which is clearly slower, would have done a chunk of this cost. Never where
/// there are no such ranks, so that what a rank leaves to others is theirs to do.
[[nodiscard]] bool others_are_sooner(const Ledger& ledger, int rank, double cost, const Moment& moment);

/// Whether the thief is expected to finish a chunk of this cost, the last that waits at the victim, after it.
[[nodiscard]] bool thief_is_later(const Ledger& ledger, int thief, int victim, double cost, double now);

/// Give queued chunks to ranks for as long as one is to have one: one function for each strategy.
void assign_on_demand(Ledger& ledger, const Moment& moment);
void assign_shares(Ledger& ledger, Shares& shares, const Moment& moment);
void assign_batches(Ledger& ledger, const Moment& moment);
void assign_with_credits(Ledger& ledger, double credit_seconds, const Moment& moment);

/// Gives a queued chunk, whoever else's turn it is, to the rank but `except` that would begin it soonest;
/// returns that rank, nothing where the chunk is not queued or no other rank has lanes. O(ranks).
std::optional<int> assign_elsewhere(Ledger& ledger, int chunk, int except, double now);

}  // namespace mpienc::sched
