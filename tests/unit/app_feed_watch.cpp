#include <gtest/gtest.h>

#include "mpienc/app/feed_watch.hpp"

namespace mpienc::app {
namespace {

using Cause = sched::FeedWarning::Cause;

TEST(FeedWarning, NamesCauseShareAndBandwidths) {
  EXPECT_EQ(
      feed_warning_line({Cause::link, 0.314, 11.8e6, 31.2e6}),
      "the lanes wait 31 % of their time for rank 0's network link: it carries 11.8 MB/s, they could take "
      "31.2 MB/s; use a faster network for rank 0, or fewer lanes on other hosts");
  EXPECT_EQ(
      feed_warning_line({Cause::reader, 0.5, 2e6, 4.5e6}),
      "the lanes wait 50 % of their time for the input to be read: it carries 2.00 MB/s, they could take "
      "4.50 MB/s; put the input on a faster disk, or use fewer lanes");
}

}  // namespace
}  // namespace mpienc::app
