#include "mpienc/plan/mp3_chunk.hpp"

#include <algorithm>

#include "mpienc/core/error.hpp"

namespace mpienc {

namespace {

void put(ByteWriter& writer, const Bytes& bytes) { writer.put_blob(bytes.data(), bytes.size()); }

Bytes get_bytes(ByteReader& reader) {
  const auto blob = reader.get_blob();
  return {blob.begin(), blob.end()};
}

}  // namespace

Bytes Mp3Task::serialise() const {
  ByteWriter writer;
  writer.put(index);
  for (const auto value : {first_frame, frames, warm_up_frames, check_frames, first_sample, samples})
    writer.put(value);
  writer.put(last);
  return writer.take();
}

Mp3Task Mp3Task::parse(ByteReader& reader) {
  Mp3Task task;
  task.index = reader.get<std::int32_t>();
  for (auto* value : {&task.first_frame, &task.frames, &task.warm_up_frames, &task.check_frames,
                      &task.first_sample, &task.samples}) {
    *value = reader.get<std::int64_t>();
  }
  task.last = reader.get<bool>();
  return task;
}

Bytes Mp3Chunk::serialise() const {
  ByteWriter writer;
  for (const auto value : {index, check_frames, padding}) writer.put(value);
  for (const auto value : {first_frame, warm_up_frames}) writer.put(value);
  writer.put(last);
  writer.put_blob(frames.frames.data(), frames.frames.size() * sizeof(Mp3Frame));
  put(writer, frames.main);
  put(writer, data);
  put(writer, tag);
  return writer.take();
}

Mp3Chunk Mp3Chunk::parse(std::span<const std::byte> bytes) {
  ByteReader reader(bytes);
  Mp3Chunk chunk;
  for (auto* value : {&chunk.index, &chunk.check_frames, &chunk.padding}) *value = reader.get<std::int32_t>();
  for (auto* value : {&chunk.first_frame, &chunk.warm_up_frames}) *value = reader.get<std::int64_t>();
  chunk.last = reader.get<bool>();
  const auto frames = reader.get_blob();
  if (frames.size() % sizeof(Mp3Frame) != 0) {
    throw Error(ExitStatus::cluster, "an MP3 chunk of another mpienc: check that all ranks run the same one");
  }
  chunk.frames.frames.resize(frames.size() / sizeof(Mp3Frame));
  if (!frames.empty()) std::memcpy(chunk.frames.frames.data(), frames.data(), frames.size());
  chunk.frames.main = get_bytes(reader);
  chunk.data = get_bytes(reader);
  chunk.tag = get_bytes(reader);
  return chunk;
}

namespace plan {

namespace {

constexpr std::int64_t frames_to_check = 8;

/// Frames after which LAME has forgotten how it began, on the median; where it has not, the seam check tells.
std::int64_t warm_up_of(const Mp3Stream& stream) {
  if (stream.joining == Mp3Joining::flush) return mp3_frame_period;
  const bool tracks_reservoir = stream.control == Mp3Settings::Control::constant && stream.reservoir;
  return (tracks_reservoir ? 4 : 2) * mp3_frame_period;
}

void warm_up(Mp3Task& task, const Mp3Stream& stream, std::int64_t frames) {
  const std::int64_t end = task.first_sample + task.samples;
  task.warm_up_frames = std::min(frames, task.first_frame);
  task.first_sample = (task.first_frame - task.warm_up_frames) * stream.samples_per_frame;
  task.samples = end - task.first_sample;
}

}  // namespace

Mp3Cutter::Mp3Cutter(const Mp3Stream& stream, std::int64_t chunk_frames)
    : stream_(stream), chunk_frames_(chunk_frames) {
  if (chunk_frames <= 0 || chunk_frames % mp3_frame_period != 0) {
    throw Error(ExitStatus::internal, "MP3 chunks are multiples of 49 frames");
  }
}

std::optional<Mp3Task> Mp3Cutter::next(std::int64_t samples, bool ended) {
  if (done_) return std::nullopt;
  Mp3Task task;
  task.index = next_index_;
  task.first_frame = next_frame_;
  const std::int64_t end = next_frame_ + chunk_frames_;
  const std::int64_t heard_by = (end + frames_to_check) * stream_.samples_per_frame + mp3_look_ahead;
  if (stream_.joining != Mp3Joining::whole && samples >= heard_by) {
    const bool compared = stream_.joining == Mp3Joining::repack;
    task.frames = chunk_frames_;
    task.check_frames = compared ? frames_to_check : 0;
    task.samples = (end + task.check_frames) * stream_.samples_per_frame + mp3_look_ahead;
  } else if (ended) {
    task.last = true;
    task.samples = samples;
  } else {
    return std::nullopt;
  }
  warm_up(task, stream_, warm_up_of(stream_));
  next_frame_ = end;
  ++next_index_;
  done_ = task.last;
  return task;
}

Mp3Task with_more_warm_up(const Mp3Task& task, const Mp3Stream& stream) {
  Mp3Task again = task;
  warm_up(again, stream, 2 * task.warm_up_frames);
  return again;
}

std::int64_t mp3_samples_before(const Mp3Stream& stream) {
  return warm_up_of(stream) * stream.samples_per_frame;
}

}  // namespace plan
}  // namespace mpienc
