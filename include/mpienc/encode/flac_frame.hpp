#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "mpienc/core/bytes.hpp"

namespace mpienc::encode {

/// The header of a FLAC frame (RFC 9639, section 9.1). Its coded number counts frames in a stream of equal
/// blocks, else samples.
struct FlacFrameHeader {
  bool counts_samples = false;
  std::uint64_t number = 0;     ///< up to 36 bits
  std::size_t number_size = 0;  ///< bytes of the coded number, 1 to 7; it begins at byte 4
  std::size_t size = 0;         ///< bytes of the header, its CRC-8 included
};

/// Nothing where `frame` does not begin with a whole valid header with the right CRC-8.
[[nodiscard]] std::optional<FlacFrameHeader> parse_flac_frame_header(std::span<const std::byte> frame);

/// Appends one whole frame with another number; it may change in length. Its CRC-8 is renewed and its CRC-16
/// changed as the header changes: a bit that was wrong in the frame before is still told by it.
/// Throws Error(internal) where `frame` is not a frame or `number` has more than 36 bits.
void append_renumbered(Bytes& to, std::span<const std::byte> frame, std::uint64_t number);

/// CRC-8 with polynomial 0x07 and CRC-16 with 0x8005, both from 0, the most significant bit first.
[[nodiscard]] std::uint8_t flac_crc8(std::span<const std::byte> bytes);
[[nodiscard]] std::uint16_t flac_crc16(std::span<const std::byte> bytes);
/// The CRC-16 of bytes that have `crc` and so many zero bytes behind them.
[[nodiscard]] std::uint16_t flac_crc16_with_zeros(std::uint16_t crc, std::size_t zeros);

}  // namespace mpienc::encode
