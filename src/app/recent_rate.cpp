#include "mpienc/app/recent_rate.hpp"

namespace mpienc::app {

namespace {

constexpr double window = 10, longest_window = 60;

}  // namespace

void RecentRate::take(double now, std::int64_t count) {
  if (!looks_.empty() && count < looks_.back().second) looks_.clear();
  looks_.emplace_back(now, count);
  const auto old = [&] {
    const auto [seconds, before] = looks_[1];
    return seconds <= now - longest_window || (seconds <= now - window && before < count);
  };
  while (looks_.size() > 2 && old()) looks_.pop_front();
}

double RecentRate::per_second() const {
  if (looks_.size() < 2) return 0;
  const double seconds = looks_.back().first - looks_.front().first;
  return seconds > 0 ? static_cast<double>(looks_.back().second - looks_.front().second) / seconds : 0;
}

}  // namespace mpienc::app
