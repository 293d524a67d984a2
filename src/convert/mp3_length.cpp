#include "mp3_length.hpp"

#include <algorithm>
#include <array>
#include <fstream>
#include <span>

#include "mpienc/core/bytes.hpp"
#include "mpienc/output/mp3_tag.hpp"
#include "mpienc/plan/mp3_frame.hpp"

namespace mpienc::convert {

namespace {

constexpr std::int64_t tolerance_frames = 3;

std::uint32_t big_endian(std::span<const std::byte> bytes, std::size_t at, std::size_t size) {
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < size; ++i) value = value << 8 | std::to_integer<std::uint32_t>(bytes[at + i]);
  return value;
}

/// Where the file's ID3v2 tags end (id3v2.4.0-structure, 3.1).
std::int64_t after_id3(std::ifstream& file) {
  std::int64_t at = 0;
  std::array<char, 10> head{};
  while (file.seekg(at).read(head.data(), head.size()) && head[0] == 'I' && head[1] == 'D' &&
         head[2] == '3') {
    std::int64_t size = 0;
    for (std::size_t i = 6; i < 10; ++i) size = size << 7 | (head[i] & 0x7F);
    constexpr char footer = 0x10;
    at += static_cast<std::int64_t>(head.size()) * ((head[5] & footer) != 0 ? 2 : 1) + size;
  }
  file.clear();
  return at;
}

}  // namespace

std::optional<std::int64_t> least_mp3_samples(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  Bytes bytes(4096);
  file.seekg(after_id3(file)).read(reinterpret_cast<char*>(bytes.data()), std::ssize(bytes));
  bytes.resize(static_cast<std::size_t>(file.gcount()));
  const auto header = Mp3Header::read(bytes);
  if (!header || static_cast<std::size_t>(header->frame_bytes) > bytes.size()) return std::nullopt;
  const auto frame = std::span(bytes).first(static_cast<std::size_t>(header->frame_bytes));
  const auto found = output::find_mp3_tag(frame);
  if (found < 0) return std::nullopt;
  const auto tag = frame.subspan(static_cast<std::size_t>(found));
  constexpr std::uint32_t has_frames = 1;
  if (tag.size() < output::mp3_tag::size || (big_endian(tag, 4, 4) & has_frames) == 0) return std::nullopt;
  const auto delays = big_endian(tag, output::mp3_tag::delays, 3);
  const std::int64_t frames = big_endian(tag, output::mp3_tag::frames, 4);
  return std::max<std::int64_t>(
      0, (frames - tolerance_frames) * header->samples() - (delays >> 12) - (delays & 0xFFF));
}

}  // namespace mpienc::convert
