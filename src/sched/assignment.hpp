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

/// Give queued chunks to ranks for as long as one is to have one: one function for each strategy.
void assign_on_demand(Ledger& ledger, const Moment& moment);
void assign_shares(Ledger& ledger, Shares& shares, const Moment& moment);
void assign_batches(Ledger& ledger, const Moment& moment);
void assign_with_credits(Ledger& ledger, const Moment& moment);

}  // namespace mpienc::sched
