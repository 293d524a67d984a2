#pragma once

#include "assignment.hpp"

namespace mpienc::sched {

/// Once the queue is empty: free lanes take what waits at other ranks, where it is done sooner so.
void steal_waiting(Ledger& ledger, const Moment& moment);

/// Free lanes that are left run a second copy of what holds up the end, or the window, where that is
/// expected to be done clearly sooner.
void copy_running(Ledger& ledger, const Moment& moment);

/// Judges again what should be finished by now.
void review_overdue(Ledger& ledger, double now);

}  // namespace mpienc::sched
