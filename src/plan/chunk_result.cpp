#include "mpienc/plan/chunk_result.hpp"

#include <utility>

#include "mpienc/core/error.hpp"

namespace mpienc {

namespace {

std::int64_t bytes_of(const EncodedChunk& chunk) { return chunk.packet_bytes(); }
std::int64_t bytes_of(const FlacChunk& chunk) { return static_cast<std::int64_t>(chunk.frames.size()); }
std::int64_t bytes_of(const Mp3Chunk& chunk) {
  return static_cast<std::int64_t>(chunk.frames.main.size() + chunk.data.size());
}

std::int64_t bytes_of(const FileResult& result) {
  std::int64_t bytes = 0;
  for (const auto& outcome : result.outcomes) bytes += std::ssize(outcome.content);
  return bytes;
}

}  // namespace

ChunkResult::ChunkResult(EncodedChunk chunk)
    : index(chunk.index),
      units(static_cast<std::int64_t>(chunk.frames.size())),
      damaged_frames(chunk.damaged_frames),
      decode_errors(chunk.decode_errors),
      data(std::move(chunk)) {}

std::int64_t ChunkResult::payload_bytes() const {
  return std::visit([](const auto& chunk) { return bytes_of(chunk); }, data);
}

Bytes ChunkResult::serialise() const {
  ByteWriter writer;
  writer.put(static_cast<std::uint8_t>(data.index()));
  writer.put(index);
  writer.put(units);
  for (const auto count : {damaged_frames, decode_errors}) writer.put(count);
  for (const auto seconds : {cpu_seconds, wall_seconds}) writer.put(seconds);
  const auto bytes = std::visit([](const auto& chunk) { return chunk.serialise(); }, data);
  writer.put_blob(bytes.data(), bytes.size());
  return writer.take();
}

ChunkResult ChunkResult::parse(std::span<const std::byte> bytes) {
  ByteReader reader(bytes);
  const auto kind = reader.get<std::uint8_t>();
  ChunkResult result;
  result.index = reader.get<std::int32_t>();
  result.units = reader.get<std::int64_t>();
  for (auto* count : {&result.damaged_frames, &result.decode_errors}) *count = reader.get<std::int32_t>();
  for (auto* seconds : {&result.cpu_seconds, &result.wall_seconds}) *seconds = reader.get<double>();
  const auto blob = reader.get_blob();
  switch (kind) {
    case 0: result.data = EncodedChunk::parse(blob); break;
    case 1: result.data = FlacChunk::parse(blob); break;
    case 2: result.data = Mp3Chunk::parse(blob); break;
    case 3: result.data = FileResult::parse(blob); break;
    default:
      throw Error(ExitStatus::cluster, "a result of an unknown kind; run one version of mpienc on all hosts");
  }
  return result;
}

}  // namespace mpienc
