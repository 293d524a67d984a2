#include "mpienc/encode/audio_timeline.hpp"

#include <algorithm>

namespace mpienc::encode {

AudioTimeline::AudioTimeline(Rational time_base, int sample_rate)
    : time_base_(time_base), rate_(sample_rate) {}

std::int64_t AudioTimeline::samples_at(Ticks pts) const { return rescale(pts, time_base_, {1, rate_}); }

std::int64_t AudioTimeline::tolerance(std::int64_t samples) const {
  const std::int64_t least = rate_ / 50;
  const std::int64_t most = rate_ / 20;
  return std::max(std::clamp(samples / 2, least, most), samples_at(1));
}

void AudioTimeline::start(Ticks pts) {
  position_ = next_ = samples_at(pts);
  started_ = true;
}

AudioTimeline::Placement AudioTimeline::place(MaybeTicks pts, std::int64_t samples) {
  if (!started_) start(pts.value_or(0));
  const std::int64_t at = pts ? samples_at(*pts) : next_;
  const std::int64_t ahead = at - position_;
  Placement placement;
  if (ahead > tolerance(samples)) {
    placement.silence = ahead;
  } else if (ahead < 0 && (exact_ || -ahead > tolerance(samples))) {
    placement.drop = std::min(-ahead, samples);
  }
  exact_ = placement.drop > 0 && placement.drop == samples;
  position_ += placement.silence + samples - placement.drop;
  next_ = exact_ ? at + samples : position_;
  return placement;
}

std::int64_t AudioTimeline::advance(Ticks now) {
  if (!started_) start(0);
  const std::int64_t silence = std::max<std::int64_t>(samples_at(now) - position_, 0);
  if (silence > 0) exact_ = true;
  position_ += silence;
  return silence;
}

void AudioTimeline::set_rate(int sample_rate) {
  position_ = rescale(position_, {1, rate_}, {1, sample_rate});
  next_ = rescale(next_, {1, rate_}, {1, sample_rate});
  rate_ = sample_rate;
}

}  // namespace mpienc::encode
