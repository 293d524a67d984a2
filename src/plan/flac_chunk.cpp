#include "mpienc/plan/flac_chunk.hpp"

#include <cstring>

namespace mpienc {

Bytes FlacChunk::serialise() const {
  ByteWriter writer;
  writer.put(index);
  writer.put(samples);
  writer.put_blob(sizes.data(), sizes.size() * sizeof(std::uint32_t));
  writer.put_blob(frames.data(), frames.size());
  return writer.take();
}

FlacChunk FlacChunk::parse(std::span<const std::byte> bytes) {
  ByteReader reader(bytes);
  FlacChunk chunk;
  chunk.index = reader.get<std::int32_t>();
  chunk.samples = reader.get<std::int64_t>();
  const auto sizes = reader.get_blob();
  chunk.sizes.resize(sizes.size() / sizeof(std::uint32_t));
  if (!chunk.sizes.empty())
    std::memcpy(chunk.sizes.data(), sizes.data(), chunk.sizes.size() * sizeof(std::uint32_t));
  const auto frames = reader.get_blob();
  chunk.frames.assign(frames.begin(), frames.end());
  return chunk;
}

}  // namespace mpienc
