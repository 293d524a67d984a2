#pragma once

#include <memory>
#include <string>

#include "mpienc/encode/task.hpp"
#include "mpienc/encode/video_settings.hpp"
#include "video_source.hpp"

namespace mpienc::test {

inline constexpr int lane_clip_frames = 60;

inline const SourceClip& lane_clip() {
  static const auto clip = h264_clip(lane_clip_frames, "keyint=20:scenecut=0:bframes=2");
  return clip;
}

/// The whole clip as the chunk of that index.
inline std::shared_ptr<const encode::Task> lane_task(int chunk) {
  const auto& clip = lane_clip();
  encode::VideoTask task;
  task.first = task.last = true;
  task.chunk.index = chunk;
  task.chunk.end_packet = static_cast<std::int64_t>(clip.packets.size());
  task.source = av::clone(*clip.stream.parameters);
  task.time_base = clip.stream.time_base;
  for (const auto& packet : clip.packets) {
    task.packets.push_back(av::clone(*packet));
    task.times.push_back({packet->pts, packet->duration});
  }
  return std::make_shared<const encode::Task>(std::move(task));
}

inline std::shared_ptr<const Bytes> lane_task_bytes(int chunk) {
  return std::make_shared<const Bytes>(encode::serialise(*lane_task(chunk)));
}

inline encode::VideoSettings lane_settings(const std::string& preset = "ultrafast") {
  encode::VideoOptions options;
  options.preset = preset;
  options.simd = "sse2";
  const auto first = made_frame(0, 352, 288, AV_PIX_FMT_YUV420P);
  return encode::settle_video(options, lane_clip().stream, *first, false);
}

}  // namespace mpienc::test
