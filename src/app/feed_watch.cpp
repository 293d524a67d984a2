#include "mpienc/app/feed_watch.hpp"

#include <fmt/format.h>

#include "mpienc/report/format.hpp"

namespace mpienc::app {

namespace {

std::string per_second(double bytes) { return report::size_text(static_cast<std::int64_t>(bytes)) + "/s"; }

}  // namespace

std::string feed_warning_line(const sched::FeedWarning& warning) {
  const bool reader = warning.cause == sched::FeedWarning::Cause::reader;
  return fmt::format("the lanes wait {:.0f} % of their time for {}: it carries {}, they could take {}; {}",
                     100 * warning.idle_share, reader ? "the input to be read" : "rank 0's network link",
                     per_second(warning.carried_bytes_per_second),
                     per_second(warning.needed_bytes_per_second),
                     reader ? "put the input on a faster disk, or use fewer lanes"
                            : "use a faster network for rank 0, or fewer lanes on other hosts");
}

void FeedWatch::look(const sched::Scheduler& scheduler, bool all_talk, double now) {
  auto idle = scheduler.idle_lanes();
  if (!all_talk) idle.link = 0;
  const int lanes = scheduler.lanes();
  const sched::FeedMonitor::Sample sample{
      .idle = idle,
      .lanes = lanes,
      .bytes_read = log_.planned_bytes(),
      .bytes_sent = transport_.bytes_sent(),
      .bytes_encoded = log_.finished_bytes(),
      .lane_seconds = log_.lane_seconds(),
      .remote_lanes = lanes - own_lanes_,
  };
  const auto warning = monitor_.observe(sample, now);
  if (!warning) return;
  log_.warned(now);
  logger_.warn(feed_warning_line(*warning));
}

}  // namespace mpienc::app
