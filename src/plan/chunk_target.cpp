#include "mpienc/plan/chunk_target.hpp"

#include <algorithm>

namespace mpienc::plan {

namespace {

constexpr double shortest_seconds = 4;
constexpr double longest_seconds = 15;
constexpr double seconds_without_estimate = 10;
constexpr double chunks_in_the_rest = 256;

}  // namespace

double chunk_target_seconds(const ProgrammePosition& position) {
  const double elapsed = position.elapsed_seconds;
  const double fraction = position.fraction.value_or(0);
  const bool can_estimate = elapsed > 0 && fraction > 0;
  if (!can_estimate) {
    return seconds_without_estimate;
  }
  const double part_left = std::max(0.0, 1 - fraction) / fraction;
  if (part_left == 0) {
    return shortest_seconds;
  }
  return std::clamp(elapsed * part_left / chunks_in_the_rest, shortest_seconds, longest_seconds);
}

}  // namespace mpienc::plan
