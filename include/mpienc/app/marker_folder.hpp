#pragma once

#include <filesystem>

namespace mpienc::app {

/// A private folder beside the output for the markers of one mpienc launch, locked while this object lives
/// and then removed with all that is in it. What killed ones have left there for the same output is removed
/// at the start; where locks are not known, it stays.
class MarkerFolder {
 public:
  /// Throws Error(output) where it cannot be made.
  explicit MarkerFolder(const std::filesystem::path& output);
  ~MarkerFolder();
  MarkerFolder(const MarkerFolder&) = delete;
  MarkerFolder& operator=(const MarkerFolder&) = delete;

  /// One name per attempt: network file systems remember for a while that a file was not there.
  [[nodiscard]] std::filesystem::path marker(int attempt) const;

 private:
  std::filesystem::path folder_;
  int lock_ = -1;
};

}  // namespace mpienc::app
