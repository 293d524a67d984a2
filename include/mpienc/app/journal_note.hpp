#pragma once

#include <exception>

#include "mpienc/app/options.hpp"
#include "mpienc/app/stop_signal.hpp"
#include "mpienc/core/log.hpp"
#include "mpienc/store/journal.hpp"

namespace mpienc::app {

/// Whether every chunk is to be encoded in a process of its own: where the user wants it, or where the run
/// before died and a chunk may have been why. `journal` may be null.
[[nodiscard]] bool isolates_all(const Options& options, const store::Journal* journal, Logger& logger);

/// Whether a run that ends by `failure` leaves no doubt that a chunk may crash the codec. Where a rank dies
/// Open MPI interrupts the others, as a user does; so an interrupted job of several ranks leaves one, unless
/// the signal tells that it was wished. Another rank may have had it first: then waits up to 0.2 s for rank
/// 0's.
[[nodiscard]] bool leaves_no_doubt(const std::exception_ptr& failure, int ranks, const StopSignal& signal,
                                   bool doubted_before);

}  // namespace mpienc::app
