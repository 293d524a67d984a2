#include "pcm_chunks.hpp"

#include <algorithm>
#include <limits>

#include <fmt/format.h>

namespace mpienc::input {

std::uint64_t number(std::span<const std::byte> bytes, std::size_t at, std::size_t size, bool big_endian) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < size; ++i) {
    const auto byte = std::to_integer<std::uint64_t>(bytes[at + i]);
    value |= byte << (8 * (big_endian ? size - 1 - i : i));
  }
  return value;
}

Bytes read_bytes(const PositionedBytes& file, std::int64_t offset, std::size_t most) {
  const auto left = static_cast<std::uint64_t>(std::max<std::int64_t>(0, file.size - offset));
  Bytes bytes(std::min<std::uint64_t>(most, left));
  bytes.resize(file.read(offset, bytes));
  return bytes;
}

std::string text_of(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

std::optional<ChunkStep> chunk_at(const PositionedBytes& file, const ChunkDialect& dialect,
                                  std::int64_t offset) {
  const std::size_t head_size = dialect.wave64 ? 24 : 8;
  const auto head = read_bytes(file, offset, head_size);
  if (head.size() < head_size) return std::nullopt;
  ChunkStep step;
  step.chunk.id = text_of(std::span(head).first(4));
  step.chunk.begin = offset + static_cast<std::int64_t>(head_size);
  if (dialect.wave64) {
    const auto whole = number(head, 16, 8, false);
    step.chunk.size = whole < head_size ? 0 : whole - head_size;
  } else {
    step.chunk.size = number(head, 4, 4, dialect.big_endian);
  }
  const auto left = static_cast<std::uint64_t>(file.size - step.chunk.begin);
  const std::uint64_t unit = dialect.wave64 ? 8 : 2;
  if (step.chunk.size < left) {
    const auto padded = (step.chunk.size + unit - 1) / unit * unit;
    step.next = step.chunk.begin + static_cast<std::int64_t>(padded);
  }
  return step;
}

void measure_samples(PcmHeader& header, std::optional<std::uint64_t> size, std::int64_t file_size) {
  auto& region = header.region;
  const auto block = static_cast<std::uint64_t>(region.format.block_bytes());
  const auto there = static_cast<std::uint64_t>(std::max<std::int64_t>(0, file_size - region.offset));
  const auto promised = size.value_or(there);
  const auto bytes = std::min(promised, there);
  region.samples = static_cast<std::int64_t>(bytes / block);
  header.announced = static_cast<std::int64_t>(
      std::min(promised, std::uint64_t{std::numeric_limits<std::int64_t>::max()}) / block);
  header.truncated = promised > there;
  if (header.truncated) {
    header.warnings.push_back(fmt::format("is cut off: {} of {} samples are there, and these are taken",
                                          region.samples, promised / block));
  } else if (bytes % block != 0) {
    header.warnings.push_back(
        fmt::format("ends within a sample: its last {} bytes are left out", bytes % block));
  }
}

void add_tag(std::vector<Tag>& tags, const std::string& name, std::span<const std::byte> text) {
  const auto whole = text_of(text);
  if (auto value = whole.substr(0, whole.find('\0')); !value.empty())
    tags.push_back({name, std::move(value)});
}

}  // namespace mpienc::input
