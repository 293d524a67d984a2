#include "mpienc/sched/feed_monitor.hpp"

namespace mpienc::sched {
namespace {

constexpr double start_up_seconds = 5;
constexpr double span_seconds = 10;
constexpr double tolerated_share = 0.1;

}  // namespace

std::optional<FeedWarning> FeedMonitor::observe(const Sample& sample, double now) {
  const Moment moment{sample, now};
  if (!last_) {
    first_ = now;
  } else if (now <= last_->now) {
    return std::nullopt;
  }
  std::optional<FeedWarning> warning;
  if (span_begin_) {
    add(moment);
    if (now >= span_begin_->now + span_seconds) {
      warning = judge(moment);
      span_begin_ = moment;
      lost_ = {};
    }
  } else if (now >= first_ + start_up_seconds) {
    span_begin_ = moment;
  }
  last_ = moment;
  return warning;
}

void FeedMonitor::add(const Moment& until) {
  const double half = (until.now - last_->now) / 2;
  lost_.reader += half * (last_->sample.idle.reader + until.sample.idle.reader);
  lost_.link += half * (last_->sample.idle.link + until.sample.idle.link);
  lost_.all += half * (last_->sample.lanes + until.sample.lanes);
}

std::optional<FeedWarning> FeedMonitor::judge(const Moment& end) {
  const bool reader = lost_.reader >= lost_.link;
  bool& reported = reader ? reader_reported_ : link_reported_;
  const double lost = reader ? lost_.reader : lost_.link;
  const Sample& now = end.sample;
  if (reported || lost <= tolerated_share * lost_.all || now.lane_seconds <= 0) {
    return std::nullopt;
  }
  const Sample& then = span_begin_->sample;
  const std::int64_t carried = reader ? now.bytes_read - then.bytes_read : now.bytes_sent - then.bytes_sent;
  const double eaten_by_lane = static_cast<double>(now.bytes_encoded) / now.lane_seconds;
  const FeedWarning warning{
      .cause = reader ? FeedWarning::Cause::reader : FeedWarning::Cause::link,
      .idle_share = lost / lost_.all,
      .carried_bytes_per_second = static_cast<double>(carried) / (end.now - span_begin_->now),
      .needed_bytes_per_second = eaten_by_lane * (reader ? now.lanes : now.remote_lanes)};
  reported = warning.needed_bytes_per_second > warning.carried_bytes_per_second;
  return reported ? std::optional(warning) : std::nullopt;
}

}  // namespace mpienc::sched
