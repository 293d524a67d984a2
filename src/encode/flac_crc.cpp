#include <array>

#include "mpienc/encode/flac_frame.hpp"

namespace mpienc::encode {

namespace {

constexpr auto crc8_table = [] {
  std::array<std::uint8_t, 256> table{};
  for (unsigned byte = 0; byte < 256; ++byte) {
    unsigned crc = byte;
    for (int bit = 0; bit < 8; ++bit) crc = (crc & 0x80U) != 0 ? (crc << 1) ^ 0x07U : crc << 1;
    table[byte] = static_cast<std::uint8_t>(crc);
  }
  return table;
}();

constexpr auto crc16_table = [] {
  std::array<std::uint16_t, 256> table{};
  for (unsigned byte = 0; byte < 256; ++byte) {
    unsigned crc = byte << 8;
    for (int bit = 0; bit < 8; ++bit) crc = (crc & 0x8000U) != 0 ? (crc << 1) ^ 0x8005U : crc << 1;
    table[byte] = static_cast<std::uint16_t>(crc);
  }
  return table;
}();

/// Of two polynomials modulo that of the CRC-16.
constexpr unsigned product(unsigned a, unsigned b) {
  unsigned sum = 0;
  for (; b != 0; b >>= 1) {
    if ((b & 1U) != 0) sum ^= a;
    a = (a & 0x8000U) != 0 ? ((a << 1) ^ 0x8005U) & 0xFFFFU : a << 1;
  }
  return sum;
}

/// crc16_shifts[k] is what 2^k zero bytes behind others multiply their CRC-16 by.
constexpr auto crc16_shifts = [] {
  std::array<unsigned, 64> shifts{0x100};
  for (std::size_t k = 1; k < shifts.size(); ++k) shifts[k] = product(shifts[k - 1], shifts[k - 1]);
  return shifts;
}();

}  // namespace

std::uint8_t flac_crc8(std::span<const std::byte> bytes) {
  std::uint8_t crc = 0;
  for (const auto byte : bytes) crc = crc8_table[crc ^ std::to_integer<unsigned>(byte)];
  return crc;
}

std::uint16_t flac_crc16(std::span<const std::byte> bytes) {
  unsigned crc = 0;
  for (const auto byte : bytes) {
    crc = ((crc << 8) & 0xFFFFU) ^ crc16_table[(crc >> 8) ^ std::to_integer<unsigned>(byte)];
  }
  return static_cast<std::uint16_t>(crc);
}

std::uint16_t flac_crc16_with_zeros(std::uint16_t crc, std::size_t zeros) {
  unsigned shifted = crc;
  for (std::size_t k = 0; zeros != 0; zeros >>= 1, ++k) {
    if ((zeros & 1U) != 0) shifted = product(shifted, crc16_shifts[k]);
  }
  return static_cast<std::uint16_t>(shifted);
}

}  // namespace mpienc::encode
