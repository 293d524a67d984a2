#include "mpienc/output/frame_times.hpp"

namespace mpienc::output {

std::vector<FrameTimes::Time> FrameTimes::next(const std::vector<EncodedFrame>& frames,
                                               std::int64_t first_packet,
                                               const std::vector<PacketTime>& times) {
  std::vector<Time> result;
  result.reserve(frames.size());
  for (const auto& frame : frames) {
    const auto offset = frame.packet - first_packet;
    const bool known = frame.packet >= 0 && offset >= 0 && offset < static_cast<std::int64_t>(times.size());
    const bool repeated = known && started_ && frame.packet == previous_packet_;
    const auto* source = known ? &times[static_cast<std::size_t>(offset)] : nullptr;

    Ticks pts = started_ ? previous_.pts + previous_.duration : skipped_;
    if (source != nullptr && !repeated && source->pts) {
      pts = *source->pts;
      if (started_ && pts <= previous_.pts) {
        pts = previous_.pts + 1;
        ++nudged_;
      }
    }
    if (started_ && !gap_) distance_ = pts - previous_.pts;
    gap_ = false;

    const Ticks told = frame.duration > 0 ? frame.duration : source != nullptr ? source->duration : 0;
    previous_ = {pts, told > 0 ? told : distance_};
    previous_packet_ = frame.packet;
    started_ = true;
    result.push_back(previous_);
  }
  return result;
}

Ticks FrameTimes::skip(const std::vector<PacketTime>& times) {
  Ticks length = 0;
  for (const auto& time : times) length += time.duration > 0 ? time.duration : distance_;
  (started_ ? previous_.duration : skipped_) += length;
  gap_ = gap_ || !times.empty();
  return length;
}

}  // namespace mpienc::output
