#include "mpienc/app/recent_rate.hpp"

namespace mpienc::app {

namespace {

constexpr double window = 10;

}  // namespace

void RecentRate::take(double now, std::int64_t count) {
  if (!looks_.empty() && count < looks_.back().second) looks_.clear();
  looks_.emplace_back(now, count);
  while (looks_.size() > 2 && looks_[1].first <= now - window) looks_.pop_front();
}

double RecentRate::per_second() const {
  if (looks_.size() < 2) return 0;
  const double seconds = looks_.back().first - looks_.front().first;
  return seconds > 0 ? static_cast<double>(looks_.back().second - looks_.front().second) / seconds : 0;
}

}  // namespace mpienc::app
