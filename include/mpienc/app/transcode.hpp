#pragma once

#include <set>

#include "mpienc/app/handshake.hpp"
#include "mpienc/app/options.hpp"
#include "mpienc/app/stop_signal.hpp"
#include "mpienc/net/transport.hpp"
#include "mpienc/net/wakeup.hpp"

namespace mpienc::app {

/// Rank 0's whole job: from the options to the committed output and its summary. `lost` gets the ranks that fall
/// silent meanwhile.
void transcode(const Options& options, net::Transport& transport, net::Wakeup& wakeup, const StopSignal& signal,
               const Hello& own, std::set<int>& lost, Logger& logger);

/// Prints what would be cut where; nothing is encoded.
void print_plan(const Options& options, Logger& logger);


}  // namespace mpienc::app
