#pragma once

#include "mpienc/app/handshake.hpp"
#include "mpienc/app/stop_signal.hpp"
#include "mpienc/core/log.hpp"
#include "mpienc/net/transport.hpp"
#include "mpienc/net/wakeup.hpp"

namespace mpienc::app {

/// The event loop of a rank other than 0: says hello, encodes what it is sent, passes on what is stolen from
/// it, ends when rank 0 says so. Its errors travel to rank 0, which prints them; it leaves in order then too.
/// Where rank 0 falls silent it forgets rank 0, so that the session ends without it, and returns cluster.
/// `own_log`: of a process that has joined the job of others, whose user sees rank 0's lines elsewhere; else
/// null.
ExitStatus run_worker(net::Transport& transport, net::Wakeup& wakeup, const StopSignal& signal,
                      const Hello& hello, Logger* own_log = nullptr);

}  // namespace mpienc::app
