#pragma once

#include <chrono>

namespace mpienc {

/// CPU seconds, user and system, of the calling thread and of the whole process so far.
[[nodiscard]] double thread_cpu_seconds();
/// Children that have ended included.
[[nodiscard]] double process_cpu_seconds();

/// What the calling thread has used since the clock was made.
class WorkClock {
 public:
  [[nodiscard]] double cpu_seconds() const { return thread_cpu_seconds() - cpu_; }
  [[nodiscard]] double wall_seconds() const {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin_).count();
  }

 private:
  double cpu_ = thread_cpu_seconds();
  std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
};

}  // namespace mpienc
