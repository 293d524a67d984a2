#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "mpienc/input/pcm_region.hpp"

namespace mpienc::input {

/// How a file of the IFF family writes its chunks.
struct ChunkDialect {
  bool big_endian = false;
  bool wave64 = false;  ///< GUIDs and 64-bit sizes that count the chunk's head, padded to 8 bytes
};

/// A chunk of the file's outermost level. Its size is as written and may lie.
struct Chunk {
  std::string id;          ///< four characters, of a GUID the first four
  std::int64_t begin = 0;  ///< of its content, in bytes from the file's start
  std::uint64_t size = 0;  ///< of its content
};

/// Little or big endian numbers in bytes that must be long enough.
[[nodiscard]] std::uint64_t number(std::span<const std::byte> bytes, std::size_t at, std::size_t size,
                                   bool big_endian);

/// Up to `most` bytes of [offset, offset + most), fewer at the end of the file.
[[nodiscard]] Bytes read_bytes(const PositionedBytes& file, std::int64_t offset, std::size_t most);
[[nodiscard]] std::string text_of(std::span<const std::byte> bytes);

/// The content of a chunk, at most `most` bytes of it.
[[nodiscard]] inline Bytes read_chunk(const PositionedBytes& file, const Chunk& chunk, std::size_t most) {
  return read_bytes(file, chunk.begin, chunk.size < most ? static_cast<std::size_t>(chunk.size) : most);
}

/// The chunk whose head is at `offset`, and where the next one's is: none if the file ends before.
struct ChunkStep {
  Chunk chunk;
  std::optional<std::int64_t> next;
};
[[nodiscard]] std::optional<ChunkStep> chunk_at(const PositionedBytes& file, const ChunkDialect& dialect,
                                                std::int64_t offset);

/// How much of a chunk of samples is really there. `size`: as written, none where it is a streaming writer's
/// placeholder, which means the rest of the file. Sets region.samples, announced, truncated and warnings of
/// `header`, whose region has format and offset.
void measure_samples(PcmHeader& header, std::optional<std::uint64_t> size, std::int64_t file_size);

/// A chunk of text as a tag, up to its first zero byte; nothing if it is empty.
void add_tag(std::vector<Tag>& tags, const std::string& name, std::span<const std::byte> text);

}  // namespace mpienc::input
