#include "mpienc/encode/task.hpp"

#include "mpienc/core/error.hpp"

namespace mpienc::encode {

namespace {

Bytes get_bytes(ByteReader& reader) {
  const auto blob = reader.get_blob();
  return {blob.begin(), blob.end()};
}

void put_blob(ByteWriter& writer, const Bytes& bytes) { writer.put_blob(bytes.data(), bytes.size()); }

void write(ByteWriter& writer, const VideoTask& task) { put_blob(writer, task.serialise()); }

void write(ByteWriter& writer, const FlacTask& task) {
  put_blob(writer, task.recording.serialise());
  writer.put(task.chunk);
  put_blob(writer, task.pcm);
}

void write(ByteWriter& writer, const Mp3PcmTask& task) {
  put_blob(writer, task.recording.serialise());
  put_blob(writer, task.task.serialise());
  writer.put(task.own_samples);
  writer.put(task.beside);
  put_blob(writer, task.pcm);
}

FlacTask read_flac(ByteReader& reader) {
  FlacTask task;
  ByteReader recording(reader.get_blob());
  task.recording = FlacRecording::parse(recording);
  task.chunk = reader.get<AudioChunk>();
  task.pcm = get_bytes(reader);
  return task;
}

Mp3PcmTask read_mp3(ByteReader& reader) {
  Mp3PcmTask task;
  ByteReader recording(reader.get_blob()), place(reader.get_blob());
  task.recording = Mp3Recording::parse(recording);
  task.task = Mp3Task::parse(place);
  task.own_samples = reader.get<std::int64_t>();
  task.beside = reader.get<bool>();
  task.pcm = get_bytes(reader);
  return task;
}

}  // namespace

std::span<const std::byte> pcm_of(const Task& task) {
  if (const auto* flac = std::get_if<FlacTask>(&task)) return flac->pcm;
  if (const auto* mp3 = std::get_if<Mp3PcmTask>(&task)) return mp3->pcm;
  return {};
}

Bytes serialise(const Task& task) {
  ByteWriter writer;
  writer.put(static_cast<std::uint8_t>(task.index()));
  std::visit([&](const auto& it) { write(writer, it); }, task);
  return writer.take();
}

Task parse_task(std::span<const std::byte> bytes) {
  ByteReader reader(bytes);
  switch (reader.get<std::uint8_t>()) {
    case 0: return VideoTask::parse(reader.get_blob());
    case 1: return read_flac(reader);
    case 2: return read_mp3(reader);
    default:
      throw Error(ExitStatus::cluster, "a chunk of an unknown kind; run one version of mpienc on all hosts");
  }
}

}  // namespace mpienc::encode
