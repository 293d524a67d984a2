#pragma once

#include <atomic>
#include <memory>

#include "mpienc/core/log.hpp"

namespace mpienc {

/// Counts the warnings that a logger is given from now on, shown or not. Make it before other threads log.
class WarningCount {
 public:
  explicit WarningCount(Logger& logger);
  [[nodiscard]] int count() const { return *count_; }

 private:
  std::shared_ptr<std::atomic<int>> count_ = std::make_shared<std::atomic<int>>(0);
};

}  // namespace mpienc
