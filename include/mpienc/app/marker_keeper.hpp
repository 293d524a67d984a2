#pragma once

#include <condition_variable>
#include <filesystem>
#include <mutex>
#include <thread>

namespace mpienc::app {

/// The file beside a marker that changes every 2 s while rank 0 runs.
[[nodiscard]] std::filesystem::path beat_file(const std::filesystem::path& marker);

/// Whether the marker that begin_marker() made is still there. Whoever started the job takes it away before
/// he starts another in its place; this rank 0, frozen or cut off meanwhile, must not write the output then.
/// True without the variable.
[[nodiscard]] bool marker_stands();

/// To be asked before the output gets its name: Error(cluster) where the marker is gone.
void require_marker();

/// On rank 0, while it lives: tells by the beat file that rank 0 runs, in a thread of its own, and ends the
/// process by _exit(cluster), with a line, once the marker is gone. Does nothing without the variable.
class MarkerKeeper {
 public:
  MarkerKeeper();
  ~MarkerKeeper();
  MarkerKeeper(const MarkerKeeper&) = delete;
  MarkerKeeper& operator=(const MarkerKeeper&) = delete;

 private:
  void keep();

  std::mutex mutex_;
  std::condition_variable condition_;
  bool ended_ = false;
  std::thread thread_;
};

}  // namespace mpienc::app
