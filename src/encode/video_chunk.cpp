#include "mpienc/encode/video_chunk.hpp"

#include <algorithm>
#include <set>

#include "mpienc/av/video_converter.hpp"
#include "mpienc/encode/chunk_decoder.hpp"
#include "mpienc/encode/video_encoder.hpp"

namespace mpienc::encode {

namespace {

/// Times frames for the encoder's rate control: the packets' own times, strictly rising. The output's
/// timestamps are made later, by the joiner, which sees the whole stream.
class FrameClock {
 public:
  FrameClock(const VideoTask& task, const VideoSettings& settings)
      : task_(task), settings_(settings), nominal_(nominal_duration()) {}

  Ticks next(std::int64_t id, Ticks duration) {
    const auto known = time_of(id);
    const Ticks pts = !any_ ? known.value_or(0) : std::max(known.value_or(expected_), last_ + 1);
    any_ = true;
    last_ = pts;
    expected_ = pts + (duration > 0 ? duration : nominal_);
    return settings_.counts_frames ? count_++ : pts;
  }

  [[nodiscard]] Ticks packet_duration(std::int64_t id) const {
    const auto* time = entry(id);
    return time == nullptr ? 0 : time->duration;
  }

 private:
  [[nodiscard]] const PacketTime* entry(std::int64_t id) const {
    const auto index = id - task_.chunk.first_packet;
    const bool inside = id >= 0 && index >= 0 && index < static_cast<std::int64_t>(task_.times.size());
    return inside ? &task_.times[static_cast<std::size_t>(index)] : nullptr;
  }
  [[nodiscard]] MaybeTicks time_of(std::int64_t id) const {
    const auto* time = entry(id);
    return time == nullptr ? MaybeTicks{} : time->pts;
  }
  [[nodiscard]] Ticks nominal_duration() const {
    if (settings_.frame_rate.num <= 0) return 1;
    const Rational frame{settings_.frame_rate.den, settings_.frame_rate.num};
    return std::max<Ticks>(1, rescale(1, frame, settings_.time_base));
  }

  const VideoTask& task_;
  const VideoSettings& settings_;
  Ticks nominal_;
  bool any_ = false;
  Ticks last_ = 0, expected_ = 0, count_ = 0;
};

/// H.264 codes a field pair as two packets but gives one frame, with the first one's id and half the time.
void add_second_fields(const VideoTask& task, std::vector<EncodedFrame>& frames) {
  if (task.source->codec_id != AV_CODEC_ID_H264) return;
  std::set<std::int64_t> shown;
  for (const auto& frame : frames) shown.insert(frame.packet);
  for (auto& frame : frames) {
    const auto second = frame.packet + 1;
    const auto index = second - task.chunk.first_packet;
    if (frame.packet < 0 || second >= task.chunk.end_packet || shown.contains(second) || index < 0) continue;
    const auto& time = task.times[static_cast<std::size_t>(index)];
    if (!time.pts) frame.duration += time.duration;
  }
}

}  // namespace

EncodedChunk encode_video_chunk(const VideoTask& task, const VideoSettings& settings,
                                const std::stop_token& stop, std::atomic<std::int64_t>& frames) {
  VideoEncoder encoder(settings);
  av::VideoConverter converter(
      {settings.width, settings.height, static_cast<AVPixelFormat>(settings.pixel_format), settings.filters});
  EncodedChunk result;
  result.index = task.chunk.index;
  result.extradata = encoder.extradata();
  result.reorder_depth = encoder.reorder_depth();
  FrameClock clock(task, settings);
  std::vector<Ticks> encoder_times;

  const auto keep = [&](const AVPacket& packet) {
    const auto place = std::ranges::lower_bound(encoder_times, packet.pts);
    if (place == encoder_times.end() || *place != packet.pts) {
      throw Error(ExitStatus::codec, "the video encoder changed a timestamp; use another --video-codec");
    }
    const auto* data = reinterpret_cast<const std::byte*>(packet.data);
    result.packets.push_back({static_cast<std::int32_t>(place - encoder_times.begin()),
                              (packet.flags & AV_PKT_FLAG_KEY) != 0, Bytes(data, data + packet.size)});
  };

  const auto counts = decode_chunk(
      task,
      [&](av::Frame frame, std::int64_t id) {
        const auto duration = clock.packet_duration(id);
        auto converted = converter.convert(std::move(frame));
        converted->pts = clock.next(id, duration);
        converted->pict_type = AV_PICTURE_TYPE_NONE;
        encoder_times.push_back(converted->pts);
        result.frames.push_back({id, duration});
        encoder.encode(converted.get(), keep);
        frames.fetch_add(1, std::memory_order_relaxed);
      },
      stop);
  if (!stop.stop_requested()) encoder.encode(nullptr, keep, stop);
  add_second_fields(task, result.frames);
  if (result.extradata.empty()) result.extradata = encoder.extradata();

  result.damaged_frames = counts.damaged_frames;
  result.decode_errors = counts.decode_errors;
  result.first_checksum = counts.first_checksum;
  result.next_checksum = counts.next_checksum;
  return result;
}

}  // namespace mpienc::encode
