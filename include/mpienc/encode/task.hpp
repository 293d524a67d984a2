#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <variant>

#include "mpienc/core/bytes.hpp"
#include "mpienc/core/file_range.hpp"
#include "mpienc/core/shared_bytes.hpp"
#include "mpienc/encode/recording.hpp"
#include "mpienc/encode/video_task.hpp"
#include "mpienc/plan/audio_chunk.hpp"
#include "mpienc/plan/file_task.hpp"
#include "mpienc/plan/mp3_chunk.hpp"

namespace mpienc::encode {

/// Interleaved samples, or where every rank reads them.
using Pcm = std::variant<SharedBytes, FileRange>;

/// `pcm`: the chunk's samples.
struct FlacTask {
  FlacRecording recording;
  AudioChunk chunk;
  Pcm pcm;
};

/// `pcm`: the task's samples, warm-up and look-ahead included.
struct Mp3PcmTask {
  Mp3Recording recording;
  Mp3Task task;
  std::int64_t own_samples = 0;  ///< of the recording, counted by this chunk and no other
  Pcm pcm;
  /// One of several tracks, and not that by whose units the job is counted: has none itself.
  bool beside = false;

  [[nodiscard]] std::int64_t counted_samples() const { return beside ? 0 : own_samples; }
};

/// A chunk of any kind, or a whole file, with all that its encoder needs; video's beside the job's Settings.
using Task = std::variant<VideoTask, FlacTask, Mp3PcmTask, FileTask>;

/// Interleaved samples; empty for video, files, and where the task has a range.
[[nodiscard]] std::span<const std::byte> pcm_of(const Task& task);
/// Null where the task has none.
[[nodiscard]] const FileRange* range_of(const Task& task);
/// The task with these samples in place of its range; Error(internal) for video.
[[nodiscard]] Task with_pcm(const Task& task, Bytes pcm);

/// The kind first. parse_task() throws Error(cluster) on what is too short or of an unknown kind. Samples are
/// not copied but shared with `owner`, which keeps the bytes.
[[nodiscard]] Bytes serialise(const Task& task);
[[nodiscard]] Task parse_task(std::span<const std::byte> bytes, std::shared_ptr<const void> owner);
[[nodiscard]] inline Task parse_task(const std::shared_ptr<const Bytes>& bytes) {
  return parse_task(*bytes, bytes);
}

/// Whether parse_task() gives a whole file.
[[nodiscard]] bool is_file(std::span<const std::byte> bytes);
/// Whether parse_task() gives a task with a range.
[[nodiscard]] bool names_range(std::span<const std::byte> bytes);

}  // namespace mpienc::encode
