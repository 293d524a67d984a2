#include "mpienc/output/decode_times.hpp"

namespace mpienc::output {

std::vector<Ticks> DecodeTimes::first_times() const {
  std::vector<Ticks> times;
  const auto shift = window_.back() - window_.front();
  for (std::size_t i = 0; i < window_.size() && i < depth_; ++i) times.push_back(window_[i] - shift);
  return times;
}

std::vector<Ticks> DecodeTimes::next(Ticks pts) {
  window_.push_back(pts);
  if (window_.size() <= depth_) return {};
  auto times = started_ ? std::vector<Ticks>{} : first_times();
  started_ = true;
  times.push_back(window_.front());
  window_.pop_front();
  return times;
}

std::vector<Ticks> DecodeTimes::finish() {
  return started_ || window_.empty() ? std::vector<Ticks>{} : first_times();
}

}  // namespace mpienc::output
