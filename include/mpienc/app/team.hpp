#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "mpienc/app/handshake.hpp"
#include "mpienc/app/stop_signal.hpp"
#include "mpienc/core/log.hpp"
#include "mpienc/net/transport.hpp"
#include "mpienc/net/wakeup.hpp"

namespace mpienc::app {

/// The ranks of the job as rank 0 knows them, itself first.
struct Team {
  std::vector<Hello> hellos;  ///< by rank
  std::vector<int> lanes;     ///< by rank; empty until planned
};

/// Waits for the hello of every rank, at most 60 s, and however long for `ready`, telling the ranks meanwhile
/// that rank 0 lives. Error(cluster) for a rank that stays silent or whose libraries or processor do not fit
/// rank 0's; the error of a rank that fails at its start or is told to stop, and what `ready` throws.
[[nodiscard]] Team gather_team(net::Transport& transport, net::Wakeup& wakeup, const StopSignal& signal,
                               Hello own, const std::string& simd, const std::function<bool()>& ready);

/// The lanes of each rank, by rank (see plan_lanes); warnings are logged.
[[nodiscard]] std::vector<int> plan_team_lanes(const Team& team, std::optional<int> lanes,
                                               std::int64_t bytes_per_lane, Logger& logger);

/// Whether all processors have fused multiply-add; where they differ, that and what follows is told.
[[nodiscard]] bool all_have_fma(const Team& team, Logger& logger);

/// Tells every other rank how to encode.
void send_setup(net::Transport& transport, const Team& team, const encode::Settings& settings);

/// Gives up a rank: rank 0 forgets it and tells the others to do so. `lost`: the ranks given up before.
void give_up_rank(net::Transport& transport, int rank, const std::set<int>& lost);

/// Tells the other ranks but `lost` to end, waits at most `patience` until all have sent what was on its way,
/// and lets them leave. What they still send is discarded. Returns the ranks that did not answer and were
/// given up.
std::vector<int> dismiss_team(net::Transport& transport, net::Wakeup& wakeup, const std::set<int>& lost = {},
                              std::chrono::milliseconds patience = std::chrono::seconds(5));

}  // namespace mpienc::app
