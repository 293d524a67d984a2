#pragma once

#include <optional>

namespace mpienc::plan {

struct ProgrammePosition {
  double elapsed_seconds = 0;      ///< of the programme, from its start to here
  std::optional<double> fraction;  ///< of the programme up to here, 0 to 1: of its bytes or its duration
};

/// Seconds that a chunk should last here: 1/256 of what is left, within [4, 15]; 10 where no estimate is
/// possible (no fraction, or nothing elapsed). Meant to be asked at every safe point. Pure; never NaN.
/// Simulated for two-hour films, speed +-40 % by scene, no lane count known: mean efficiency 0.98, 0.96 and
/// 0.92 at 64, 128 and 256 lanes. 1/192 within [5, 30] made 3 chunks of 4 and fell to 0.62 at 256 lanes;
/// tests/unit/plan_chunk_target.cpp repeats it.
[[nodiscard]] double chunk_target_seconds(const ProgrammePosition& position);

}  // namespace mpienc::plan
