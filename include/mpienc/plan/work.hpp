#pragma once

#include <cstdint>

namespace mpienc::plan {

/// What is known of a chunk before it is encoded: enough to guess how long that takes and how long its
/// payload is on its way.
struct Work {
  std::int64_t frames = 0;  ///< packets of the source video that the chunk owns
  std::int64_t bytes = 0;   ///< payload
  std::int64_t pixels = 0;  ///< of one source frame; 0: unknown
};

}  // namespace mpienc::plan
