#include <algorithm>

#include "mpienc/app/coordinator.hpp"
#include "mpienc/app/job_limits.hpp"

namespace mpienc::app {

void Coordinator::check_ranks() {
  let_join();
  for (const int rank : attendance_.look()) lose(rank);
  for (const auto& who : parts_.drains.take()) leavers_.drain(who, now());
  leavers_.look(now());
  require_lanes();
}

/// A drained rank 0 encodes nothing: without other ranks the job would wait for ever.
void Coordinator::require_lanes() const {
  const bool encoded = plan_complete_ && scheduler_.released() == scheduler_.planned();
  const bool drained = parts_.team.lanes[0] > 0 && scheduler_.lanes_of(0) == 0;
  if (encoded || !drained || scheduler_.lanes() > 0) return;
  throw Error(ExitStatus::cluster,
              "rank 0 was drained and the other ranks have gone, so nobody encodes: start the job again");
}

void Coordinator::lose(int rank) {
  newcomers_.lost(rank);
  leavers_.lost(rank);
  parts_.log.lost(rank, now());
  if (parts_.digest != nullptr) parts_.digest->lost(rank);
  const auto loss = parts_.mishaps.lost(rank);
  for (const int chunk : loss.held) dispatch_.isolate(chunk);
  for (const int chunk : loss.running) {
    if (parts_.mishaps.suspects().bad(chunk)) replace(chunk, rank);
  }
  scheduler_.rank_lost(rank, now());
}

void Coordinator::let_join() {
  for (const int rank : newcomers_.look(now())) {
    scheduler_.rank_joined(rank, parts_.team.lanes[static_cast<std::size_t>(rank)], now());
    const auto limits = limits_for(scheduler_.lanes(), scheduler_.ranks(), parts_.policy);
    parts_.limits.window = std::max(parts_.limits.window, limits.window);
    parts_.limits.unfinished = std::max(parts_.limits.unfinished, limits.unfinished);
    scheduler_.set_limits(parts_.limits, now());
  }
}

bool Coordinator::take_from_member(const net::Incoming& incoming) {
  return newcomers_.take(incoming) || leavers_.take(incoming);
}

/// A guest's troubles are not the job's: where they are the job's own they come back from another rank.
bool Coordinator::sent_away(int chunk, int rank, const Failure& failure) {
  if (parts_.transport.direct(rank) || (chunk >= 0 && failure.status == ExitStatus::codec)) return false;
  parts_.logger.warn("rank {}, which has joined, leaves: {}", rank, failure.line);
  newcomers_.lost(rank);
  leavers_.ended(rank, now());
  return true;
}

}  // namespace mpienc::app
