#include "mpienc/input/nal.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

namespace mpienc::input {

namespace {

std::vector<NalUnit> split_annex_b(std::span<const std::uint8_t> packet) {
  constexpr std::array<std::uint8_t, 3> start_code = {0, 0, 1};
  std::vector<NalUnit> units;
  auto begin = std::ranges::search(packet, start_code).end();
  while (begin != packet.end()) {
    const auto next = std::search(begin, packet.end(), start_code.begin(), start_code.end());
    auto end = next;
    while (end != begin && *(end - 1) == 0) --end;
    if (end != begin) units.emplace_back(begin, end);
    begin = next == packet.end() ? next : next + 3;
  }
  return units;
}

std::vector<NalUnit> split_length_prefixed(std::span<const std::uint8_t> packet, std::size_t length_size) {
  std::vector<NalUnit> units;
  while (packet.size() > length_size) {
    std::size_t length = 0;
    for (const auto byte : packet.first(length_size)) length = length << 8 | byte;
    packet = packet.subspan(length_size);
    if (length == 0) continue;
    if (length > packet.size()) break;
    units.push_back(packet.first(length));
    packet = packet.subspan(length);
  }
  return units;
}

std::vector<std::uint8_t> without_emulation_prevention(NalUnit unit) {
  std::vector<std::uint8_t> payload;
  int zeros = 0;
  for (const auto byte : unit) {
    if (zeros >= 2 && byte == 3) {
      zeros = 0;
      continue;
    }
    zeros = byte == 0 ? zeros + 1 : 0;
    payload.push_back(byte);
  }
  return payload;
}

int read_exp_golomb(std::span<const std::uint8_t> bytes) {
  std::size_t position = 0;
  const auto bit = [&]() -> int {
    if (position / 8 >= bytes.size()) return -1;
    const int value = bytes[position / 8] >> (7 - position % 8) & 1;
    ++position;
    return value;
  };
  int zeros = 0;
  int first = bit();
  for (; first == 0; first = bit()) {
    if (++zeros > 30) return -1;
  }
  if (first < 0) return -1;
  int rest = 0;
  for (int i = 0; i < zeros; ++i) {
    const int value = bit();
    if (value < 0) return -1;
    rest = rest << 1 | value;
  }
  return (1 << zeros) - 1 + rest;
}

}  // namespace

std::vector<NalUnit> split_nal_units(std::span<const std::uint8_t> packet, int length_size) {
  return length_size == 0 ? split_annex_b(packet)
                          : split_length_prefixed(packet, static_cast<std::size_t>(length_size));
}

int h264_length_size(std::span<const std::uint8_t> extradata) {
  return extradata.size() >= 7 && extradata[0] == 1 ? (extradata[4] & 3) + 1 : 0;
}

int hevc_length_size(std::span<const std::uint8_t> extradata) {
  const bool is_hvcc = extradata.size() >= 23 && (extradata[0] != 0 || extradata[1] != 0 || extradata[2] > 1);
  return is_hvcc ? (extradata[21] & 3) + 1 : 0;
}

int recovery_frame_count(NalUnit sei) {
  constexpr unsigned recovery_point = 6;
  const auto payload = without_emulation_prevention(sei.subspan(1));
  std::span<const std::uint8_t> rest = payload;
  const auto read_value = [&]() -> unsigned {
    unsigned value = 0;
    while (!rest.empty()) {
      const auto byte = rest.front();
      rest = rest.subspan(1);
      value += byte;
      if (byte != 0xff) break;
    }
    return value;
  };
  while (rest.size() > 2) {
    const unsigned type = read_value();
    const unsigned size = read_value();
    if (size > rest.size()) return -1;
    if (type == recovery_point) return read_exp_golomb(rest.first(size));
    rest = rest.subspan(size);
  }
  return -1;
}

}  // namespace mpienc::input
