#include "mpienc/encode/flac_frame.hpp"

#include <bit>

namespace mpienc::encode {

namespace {

constexpr std::size_t number_at = 4;
constexpr std::size_t crc16_size = 2;

struct CodedNumber {
  std::uint64_t value = 0;
  std::size_t size = 0;
};

std::optional<CodedNumber> parse_number(std::span<const std::byte> bytes) {
  if (bytes.empty()) return {};
  const auto lead = std::to_integer<std::uint8_t>(bytes[0]);
  const auto ones = static_cast<std::size_t>(std::countl_one(lead));
  if (ones == 0) return CodedNumber{lead, 1};
  if (ones == 1 || ones == 8 || bytes.size() < ones) return {};
  CodedNumber number{lead & (0x7FU >> ones), ones};
  for (const auto byte : bytes.first(ones).subspan(1)) {
    const auto six = std::to_integer<unsigned>(byte);
    if ((six & 0xC0U) != 0x80U) return {};
    number.value = number.value << 6 | (six & 0x3FU);
  }
  return number;
}

void append_number(Bytes& to, std::uint64_t value) {
  if (value < 0x80) return to.push_back(static_cast<std::byte>(value));
  if (value >> 36 != 0) throw Error(ExitStatus::internal, "a FLAC frame's number has more than 36 bits");
  // A lead byte with n ones carries 7 - n bits, the n - 1 bytes after it six each.
  int size = 2;
  while (value >> (5 * size + 1) != 0) ++size;
  const auto ones = 0xFF00U >> size & 0xFFU;
  to.push_back(static_cast<std::byte>(ones | value >> (6 * (size - 1))));
  for (int left = size - 2; left >= 0; --left) {
    to.push_back(static_cast<std::byte>(0x80U | (value >> (6 * left) & 0x3FU)));
  }
}

/// Bytes after the number for a block size or rate that has no code of its own.
std::size_t extra_bytes(unsigned block_code, unsigned rate_code) {
  const std::size_t block = block_code == 6 ? 1 : block_code == 7 ? 2 : 0;
  const std::size_t rate = rate_code == 12 ? 1 : rate_code == 13 || rate_code == 14 ? 2 : 0;
  return block + rate;
}

}  // namespace

std::optional<FlacFrameHeader> parse_flac_frame_header(std::span<const std::byte> frame) {
  if (frame.size() <= number_at) return {};
  const auto byte = [&](std::size_t i) { return std::to_integer<unsigned>(frame[i]); };
  const bool sync = byte(0) == 0xFF && (byte(1) & 0xFEU) == 0xF8;
  const auto block_code = byte(2) >> 4, rate_code = byte(2) & 0xFU;
  const auto channel_code = byte(3) >> 4, width_code = byte(3) >> 1 & 7U;
  const bool reserved =
      block_code == 0 || rate_code == 15 || channel_code > 10 || width_code == 3 || (byte(3) & 1U) != 0;
  const auto number = parse_number(frame.subspan(number_at));
  if (!sync || reserved || !number) return {};

  FlacFrameHeader header;
  header.counts_samples = (byte(1) & 1U) != 0;
  header.number = number->value;
  header.number_size = number->size;
  header.size = number_at + number->size + extra_bytes(block_code, rate_code) + 1;
  if (frame.size() < header.size || flac_crc8(frame.first(header.size - 1)) != byte(header.size - 1))
    return {};
  return header;
}

void append_renumbered(Bytes& to, std::span<const std::byte> frame, std::uint64_t number) {
  const auto header = parse_flac_frame_header(frame);
  if (!header || frame.size() < header->size + crc16_size) {
    throw Error(ExitStatus::internal, "libFLAC gave what is not a frame");
  }
  const auto append = [&](std::span<const std::byte> bytes) {
    to.insert(to.end(), bytes.begin(), bytes.end());
  };
  const auto begin = static_cast<std::ptrdiff_t>(to.size());
  const auto written = [&] { return std::span<const std::byte>(to.begin() + begin, to.end()); };

  append(frame.first(number_at));
  append_number(to, number);
  append(frame.first(header->size - 1).subspan(number_at + header->number_size));
  to.push_back(static_cast<std::byte>(flac_crc8(written())));
  // CRCs are linear, so what changes in the header changes that of the frame the same, whatever comes
  // between.
  const auto change =
      static_cast<std::uint16_t>(flac_crc16(written()) ^ flac_crc16(frame.first(header->size)));
  append(frame.subspan(header->size));
  const auto crc = flac_crc16_with_zeros(change, frame.size() - header->size - crc16_size);
  to[to.size() - 2] ^= static_cast<std::byte>(crc >> 8);
  to[to.size() - 1] ^= static_cast<std::byte>(crc & 0xFFU);
}

}  // namespace mpienc::encode
