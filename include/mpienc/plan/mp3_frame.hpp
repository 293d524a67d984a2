#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "mpienc/core/bytes.hpp"

namespace mpienc {

/// The header of a Layer III frame, MPEG-1, 2 or 2.5 (ISO 11172-3, 2.4.1.3); free format is not read.
struct Mp3Header {
  bool mpeg1 = false;
  std::int32_t rate = 0;
  std::int32_t channels = 0;
  std::int32_t bitrate_index = 0;
  bool padded = false;
  bool checksum = false;
  std::int32_t frame_bytes = 0;
  std::int32_t side_bytes = 0;

  [[nodiscard]] std::int32_t head_bytes() const { return 4 + (checksum ? 2 : 0) + side_bytes; }
  [[nodiscard]] std::int32_t kbps() const;
  [[nodiscard]] std::int32_t samples() const { return mpeg1 ? 1152 : 576; }
  /// Nothing where `bytes` does not begin with one.
  [[nodiscard]] static std::optional<Mp3Header> read(std::span<const std::byte> bytes);
};

/// A frame apart from the place of its main data in the file.
struct Mp3Frame {
  std::array<std::byte, 4> header{};
  std::array<std::byte, 32> side{};   ///< side information with main_data_begin 0; what it lacks to 32 is 0
  std::uint16_t main_data_begin = 0;  ///< bytes, as its encoder had it
  std::uint16_t reservoir = 0;        ///< bytes that its encoder had saved up before it
  std::uint16_t main_bits = 0;        ///< part2_3_length of all parts; a part is a granule of a channel
  std::uint16_t sounding_parts = 0;   ///< parts with any bits

  [[nodiscard]] std::size_t main_bytes() const { return (std::size_t{main_bits} + 7) / 8; }
  [[nodiscard]] std::int32_t bitrate_index() const { return std::to_integer<std::int32_t>(header[2]) >> 4; }
  [[nodiscard]] bool padded() const { return (std::to_integer<int>(header[2]) & 2) != 0; }
  /// Whether header and side information agree but for bit rate and place.
  [[nodiscard]] bool same_sound(const Mp3Frame& other) const;
};

/// Frames and, one after the other, the main data of each: main_bytes() of it, unused low bits 0.
struct Mp3Frames {
  std::vector<Mp3Frame> frames;
  Bytes main;
};

/// Takes a stream apart that begins with an empty reservoir and ends with a whole frame; `reservoir` of the
/// frames stays 0. Throws Error(codec) where it is no such stream.
[[nodiscard]] Mp3Frames parse_mp3_frames(std::span<const std::byte> stream);

/// What side information tells of main data; the names are those of Mp3Frame.
struct Mp3Side {
  std::int32_t main_data_begin = 0;
  std::int32_t main_bits = 0;
  std::int32_t sounding_parts = 0;
};
[[nodiscard]] Mp3Side read_mp3_side(std::span<const std::byte> side, const Mp3Header& header);
void write_main_data_begin(std::span<std::byte> side, bool mpeg1, std::int32_t value);

/// CRC-16 of a frame whose first bytes are header, checksum and side information (polynomial 0x8005, start
/// 0xFFFF; over the header's last two bytes and the side information).
[[nodiscard]] std::uint16_t mp3_frame_crc(std::span<const std::byte> head);

}  // namespace mpienc
