#pragma once

#include <cstdint>
#include <span>
#include <variant>

#include "mpienc/core/bytes.hpp"
#include "mpienc/encode/recording.hpp"
#include "mpienc/encode/video_task.hpp"
#include "mpienc/plan/audio_chunk.hpp"
#include "mpienc/plan/mp3_chunk.hpp"

namespace mpienc::encode {

/// `pcm`: the chunk's samples.
struct FlacTask {
  FlacRecording recording;
  AudioChunk chunk;
  Bytes pcm;
};

/// `pcm`: the task's samples, warm-up and look-ahead included.
struct Mp3PcmTask {
  Mp3Recording recording;
  Mp3Task task;
  std::int64_t own_samples = 0;  ///< of the recording, counted by this chunk and no other
  Bytes pcm;
  /// One of several tracks, and not that by whose units the job is counted: has none itself.
  bool beside = false;

  [[nodiscard]] std::int64_t counted_samples() const { return beside ? 0 : own_samples; }
};

/// A chunk of any kind with all that its encoder needs; video's beside the job's Settings.
using Task = std::variant<VideoTask, FlacTask, Mp3PcmTask>;

/// Interleaved samples; empty for video.
[[nodiscard]] std::span<const std::byte> pcm_of(const Task& task);

/// The kind first. parse_task() throws Error(cluster) on what is too short or of an unknown kind.
[[nodiscard]] Bytes serialise(const Task& task);
[[nodiscard]] Task parse_task(std::span<const std::byte> bytes);

}  // namespace mpienc::encode
