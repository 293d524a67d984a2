#pragma once

#include <cstdint>
#include <optional>

#include "mpienc/sched/scheduler.hpp"

namespace mpienc::sched {

/// What holds the lanes back, with the figures that a user needs to mend it.
struct FeedWarning {
  enum class Cause { reader, link };
  Cause cause = Cause::reader;
  double idle_share = 0;                ///< of all lane time over the last span, 0 to 1
  double carried_bytes_per_second = 0;  ///< reader: input cut into chunks; link: payload that left rank 0
  double needed_bytes_per_second = 0;   ///< that would keep all lanes busy
};

/// Watches whether lanes wait for the reader or for rank 0's link, over spans of 10 s; the first begins 5 s
/// after the first sample, when the job has started up. Each cause is reported once per job, after a span in
/// which it took more than a tenth of the lanes' time and more than the other, and carried less than they
/// could take. Between two samples the counts of lanes are taken to change evenly. Pure.
class FeedMonitor {
 public:
  struct Sample {
    IdleLanes idle = {};
    int lanes = 0;
    std::int64_t bytes_read = 0;     ///< payload of all chunks planned so far
    std::int64_t bytes_sent = 0;     ///< that left rank 0 so far
    std::int64_t bytes_encoded = 0;  ///< payload of all chunks finished so far
    double lane_seconds = 0;         ///< that the lanes spent on bytes_encoded
    int remote_lanes = 0;            ///< lanes of other ranks
  };
  /// Call at any interval; `now` in seconds. Says nothing before the first chunk is finished, as the needed
  /// bandwidth is unknown until then.
  [[nodiscard]] std::optional<FeedWarning> observe(const Sample& sample, double now);

 private:
  struct Moment {
    Sample sample;
    double now = 0;
  };
  /// Lane seconds of a span.
  struct Lost {
    double reader = 0, link = 0, all = 0;
  };
  void add(const Moment& until);
  [[nodiscard]] std::optional<FeedWarning> judge(const Moment& end);

  std::optional<Moment> last_, span_begin_;
  double first_ = 0;
  Lost lost_;
  bool reader_reported_ = false, link_reported_ = false;
};

}  // namespace mpienc::sched
