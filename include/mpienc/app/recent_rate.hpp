#pragma once

#include <cstdint>
#include <deque>
#include <utility>

namespace mpienc::app {

/// How fast a count grew over the last 10 s; over up to 60 s where it did not grow meanwhile, as encoders
/// give many frames at once. Since the first look where that is not as long ago.
class RecentRate {
 public:
  /// `now`: seconds that never run backwards; about once a second. A count that shrinks begins anew.
  void take(double now, std::int64_t count);
  [[nodiscard]] double per_second() const;

 private:
  std::deque<std::pair<double, std::int64_t>> looks_;
};

}  // namespace mpienc::app
