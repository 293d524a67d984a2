#pragma once

#include "mpienc/app/farewell.hpp"
#include "mpienc/app/handshake.hpp"
#include "mpienc/app/options.hpp"
#include "mpienc/app/stop_signal.hpp"
#include "mpienc/net/transport.hpp"
#include "mpienc/net/wakeup.hpp"

namespace mpienc::app {

/// Rank 0's whole job: from the options to the committed output and its summary. What ends it early is
/// thrown; where threads may be stuck then, it takes leave before it waits for them.
void transcode(const Options& options, net::Transport& transport, net::Wakeup& wakeup, StopSignal& signal,
               const Hello& own, Farewell& farewell, Logger& logger);

/// Prints what would be cut where; nothing is encoded.
void print_plan(const Options& options, Logger& logger);

}  // namespace mpienc::app
