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

/// crc16_tables[k][b]: the CRC-16 of byte b and k zero bytes after it.
constexpr auto crc16_tables = [] {
  std::array<std::array<std::uint16_t, 256>, 8> tables{};
  for (unsigned byte = 0; byte < 256; ++byte) {
    unsigned crc = byte << 8;
    for (int bit = 0; bit < 8; ++bit) crc = (crc & 0x8000U) != 0 ? (crc << 1) ^ 0x8005U : crc << 1;
    tables[0][byte] = static_cast<std::uint16_t>(crc);
  }
  for (std::size_t zeros = 1; zeros < tables.size(); ++zeros) {
    for (unsigned byte = 0; byte < 256; ++byte) {
      const unsigned crc = tables[zeros - 1][byte];
      tables[zeros][byte] = static_cast<std::uint16_t>((crc << 8) ^ tables[0][crc >> 8]);
    }
  }
  return tables;
}();

}  // namespace

std::uint8_t flac_crc8(std::span<const std::byte> bytes) {
  std::uint8_t crc = 0;
  for (const auto byte : bytes) crc = crc8_table[crc ^ std::to_integer<unsigned>(byte)];
  return crc;
}

std::uint16_t flac_crc16(std::span<const std::byte> bytes) {
  unsigned crc = 0;
  const auto at = [&](std::size_t i) { return std::to_integer<unsigned>(bytes[i]); };
  for (; bytes.size() >= 8; bytes = bytes.subspan(8)) {
    crc = crc16_tables[7][(crc >> 8) ^ at(0)] ^ crc16_tables[6][(crc & 0xFFU) ^ at(1)] ^
          crc16_tables[5][at(2)] ^ crc16_tables[4][at(3)] ^ crc16_tables[3][at(4)] ^ crc16_tables[2][at(5)] ^
          crc16_tables[1][at(6)] ^ crc16_tables[0][at(7)];
  }
  for (const auto byte : bytes) {
    crc = ((crc << 8) & 0xFFFFU) ^ crc16_tables[0][(crc >> 8) ^ std::to_integer<unsigned>(byte)];
  }
  return static_cast<std::uint16_t>(crc);
}

}  // namespace mpienc::encode
