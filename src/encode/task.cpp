#include "mpienc/encode/task.hpp"

#include <utility>

#include "mpienc/core/error.hpp"

namespace mpienc::encode {

namespace {

constexpr std::uint8_t file_kind = 3;

void put_blob(ByteWriter& writer, const Bytes& bytes) { writer.put_blob(bytes.data(), bytes.size()); }

void put_pcm(ByteWriter& writer, const Pcm& pcm) {
  writer.put(static_cast<std::uint8_t>(pcm.index()));
  if (const auto* range = std::get_if<FileRange>(&pcm)) return put_blob(writer, range->serialise());
  const auto samples = std::get<SharedBytes>(pcm).view();
  writer.put_blob(samples.data(), samples.size());
}

Pcm get_pcm(ByteReader& reader, std::shared_ptr<const void> owner) {
  const bool is_range = reader.get<std::uint8_t>() != 0;
  const auto blob = reader.get_blob();
  if (!is_range) return SharedBytes(std::move(owner), blob);
  ByteReader range(blob);
  return FileRange::parse(range);
}

const Pcm* pcm_in(const Task& task) {
  if (const auto* flac = std::get_if<FlacTask>(&task)) return &flac->pcm;
  if (const auto* mp3 = std::get_if<Mp3PcmTask>(&task)) return &mp3->pcm;
  return nullptr;
}

void write(ByteWriter& writer, const VideoTask& task) { put_blob(writer, task.serialise()); }

void write(ByteWriter& writer, const FlacTask& task) {
  put_blob(writer, task.recording.serialise());
  writer.put(task.chunk);
  put_pcm(writer, task.pcm);
}

void write(ByteWriter& writer, const Mp3PcmTask& task) {
  put_blob(writer, task.recording.serialise());
  put_blob(writer, task.task.serialise());
  writer.put(task.own_samples);
  writer.put(task.beside);
  put_pcm(writer, task.pcm);
}

void write(ByteWriter& writer, const FileTask& task) { put_blob(writer, task.serialise()); }

FlacTask read_flac(ByteReader& reader, std::shared_ptr<const void> owner) {
  FlacTask task;
  ByteReader recording(reader.get_blob());
  task.recording = FlacRecording::parse(recording);
  task.chunk = reader.get<AudioChunk>();
  task.pcm = get_pcm(reader, std::move(owner));
  return task;
}

Mp3PcmTask read_mp3(ByteReader& reader, std::shared_ptr<const void> owner) {
  Mp3PcmTask task;
  ByteReader recording(reader.get_blob()), place(reader.get_blob());
  task.recording = Mp3Recording::parse(recording);
  task.task = Mp3Task::parse(place);
  task.own_samples = reader.get<std::int64_t>();
  task.beside = reader.get<bool>();
  task.pcm = get_pcm(reader, std::move(owner));
  return task;
}

}  // namespace

std::span<const std::byte> pcm_of(const Task& task) {
  const auto* pcm = pcm_in(task);
  const auto* samples = pcm != nullptr ? std::get_if<SharedBytes>(pcm) : nullptr;
  return samples != nullptr ? samples->view() : std::span<const std::byte>();
}

const FileRange* range_of(const Task& task) {
  const auto* pcm = pcm_in(task);
  return pcm != nullptr ? std::get_if<FileRange>(pcm) : nullptr;
}

Task with_pcm(const Task& task, Bytes pcm) {
  SharedBytes samples(std::move(pcm));
  if (const auto* flac = std::get_if<FlacTask>(&task)) return FlacTask{flac->recording, flac->chunk, samples};
  if (const auto* mp3 = std::get_if<Mp3PcmTask>(&task)) {
    return Mp3PcmTask{mp3->recording, mp3->task, mp3->own_samples, samples, mp3->beside};
  }
  throw Error(ExitStatus::internal, "samples for a chunk of video");
}

Bytes serialise(const Task& task) {
  ByteWriter writer;
  writer.put(static_cast<std::uint8_t>(task.index()));
  std::visit([&](const auto& it) { write(writer, it); }, task);
  return writer.take();
}

Task parse_task(std::span<const std::byte> bytes, std::shared_ptr<const void> owner) {
  ByteReader reader(bytes);
  switch (reader.get<std::uint8_t>()) {
    case 0: return VideoTask::parse(reader.get_blob());
    case 1: return read_flac(reader, std::move(owner));
    case 2: return read_mp3(reader, std::move(owner));
    case file_kind: {
      ByteReader file(reader.get_blob());
      return FileTask::parse(file, std::move(owner));
    }
    default:
      throw Error(ExitStatus::cluster, "a chunk of an unknown kind; run one version of mpienc on all hosts");
  }
}

bool is_file(std::span<const std::byte> bytes) {
  return !bytes.empty() && bytes.front() == std::byte{file_kind};
}

bool names_range(std::span<const std::byte> bytes) {
  // Packets of video would be copied.
  if (ByteReader(bytes).get<std::uint8_t>() == 0) return false;
  return range_of(parse_task(bytes, nullptr)) != nullptr;
}

}  // namespace mpienc::encode
