#pragma once

#include <optional>

namespace mpienc::plan {

struct ProgrammePosition {
  double elapsed_seconds = 0;      ///< of the programme, from its start to here
  std::optional<double> fraction;  ///< of the programme up to here, 0 to 1: of its bytes or its duration
};

/// Seconds that a chunk should last here: 1/192 of what is left, within [5, 30]; 10 where no estimate is
/// possible (no fraction, or nothing elapsed). Meant to be asked at every safe point. Pure; never NaN.
/// Simulated for a 2 h film, encoding speed +-40 % by scene, no lane count known: mean efficiency 0.97
/// at 64 lanes and 0.94 at 128 (worst of 50 films 0.95 and 0.91, set by the 5 s); 128 and less for 1/192
/// were worse at 128 lanes, more only made more chunks. tests/unit/plan_chunk_target.cpp repeats it.
[[nodiscard]] double chunk_target_seconds(const ProgrammePosition& position);

}  // namespace mpienc::plan
