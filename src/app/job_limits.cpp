#include "mpienc/app/job_limits.hpp"

#include <algorithm>

namespace mpienc::app {

namespace {

constexpr std::int64_t payload_ahead = std::int64_t{48} << 20;
/// A rank at a fifth of the speed that has the oldest chunk stops the others no more than it must: measured
/// with 4 and 8 ranks, a window of twice the unfinished chunks stood full for a tenth of the time. Results
/// are small, and the journal takes what is too much for memory.
constexpr int window_per_unfinished = 8;

/// Shares and batches are cut from what is planned: without some of it they would be on demand. Stealing
/// gives the longest chunk first at the end, which helps as far as it can choose.
int beyond_lanes(int lanes, int ranks, const sched::Policy& policy) {
  switch (policy.strategy) {
    case sched::Strategy::on_demand: return lanes / 4 + 1;
    case sched::Strategy::shares:
    case sched::Strategy::guided: return lanes + 1;
    case sched::Strategy::steal: break;
  }
  return std::max(3 * lanes / 4, policy.credits * ranks) + 1;
}

}  // namespace

sched::Limits limits_for(int lanes, int ranks, const sched::Policy& policy) {
  const int unfinished = lanes + beyond_lanes(lanes, ranks, policy);
  return {window_per_unfinished * unfinished + 2, unfinished, payload_ahead};
}

}  // namespace mpienc::app
