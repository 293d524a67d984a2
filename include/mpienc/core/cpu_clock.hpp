#pragma once

namespace mpienc {

/// CPU seconds, user and system, of the calling thread and of the whole process so far.
[[nodiscard]] double thread_cpu_seconds();
/// Children that have ended included.
[[nodiscard]] double process_cpu_seconds();

}  // namespace mpienc
