#include "mpienc/app/video_copy.hpp"

#include <algorithm>

namespace mpienc::app {

av::Stream copied_video(const input::Program& program) {
  auto track = av::clone(program.video());
  track.parameters->codec_tag = 0;
  return track;
}

VideoCopy::VideoCopy(const av::Stream& source, OutputThread& output, int track)
    : output_(output), track_(track), reorders_(source.parameters->video_delay > 0) {}

void VideoCopy::push(av::Packet packet) {
  if (packet->pts == AV_NOPTS_VALUE && !reorders_) packet->pts = packet->dts;
  if (packet->pts == AV_NOPTS_VALUE) {
    throw Error(ExitStatus::input,
                "the container gives pictures without presentation times, so the video cannot "
                "be copied; encode it (leave out --video-codec copy)");
  }
  if (packet->dts == AV_NOPTS_VALUE) packet->dts = last_dts_ ? *last_dts_ + 1 : packet->pts;
  if (last_dts_) packet->dts = std::max(packet->dts, *last_dts_ + 1);
  if (packet->pts < packet->dts) {
    throw Error(ExitStatus::input,
                "the video's timestamps contradict each other, so it cannot be copied; encode it "
                "(leave out --video-codec copy)");
  }
  last_dts_ = packet->dts;
  output_.write(track_, std::move(packet));
}

void VideoCopy::finish() { output_.end(track_); }

}  // namespace mpienc::app
