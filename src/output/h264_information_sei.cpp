#include "mpienc/output/h264_information_sei.hpp"

#include <algorithm>
#include <array>

namespace mpienc::output {

namespace {

constexpr std::byte kSeiUnit{6};
constexpr std::byte kUserDataUnregistered{5};
constexpr std::array<unsigned char, 16> kX264Uuid{0xdc, 0x45, 0xe9, 0xbd, 0xe6, 0xd9, 0x48, 0xb7,
                                                  0x96, 0x2c, 0xd8, 0x20, 0xd9, 0x23, 0xee, 0xef};

/// Offset of the next 00 00 01 at or after `from`, or the size.
std::size_t next_start_code(std::span<const std::byte> data, std::size_t from) {
  for (std::size_t i = from; i + 3 <= data.size(); ++i) {
    if (data[i] == std::byte{0} && data[i + 1] == std::byte{0} && data[i + 2] == std::byte{1}) return i;
  }
  return data.size();
}

/// `unit` begins with the NAL header.
bool is_information_sei(std::span<const std::byte> unit) {
  if (unit.size() < 3 || (unit[0] & std::byte{0x1f}) != kSeiUnit || unit[1] != kUserDataUnregistered) {
    return false;
  }
  std::size_t at = 2;
  std::size_t size = 0;
  while (at < unit.size() && unit[at] == std::byte{0xff}) size += 255, ++at;
  if (at >= unit.size()) return false;
  size += std::to_integer<std::size_t>(unit[at++]);
  if (size < kX264Uuid.size() || unit.size() - at < size) return false;
  if (!std::equal(kX264Uuid.begin(), kX264Uuid.end(), unit.begin() + static_cast<std::ptrdiff_t>(at),
                  [](unsigned char a, std::byte b) { return std::byte{a} == b; })) {
    return false;
  }
  const auto rest = unit.subspan(at + size);
  return !rest.empty() && rest[0] == std::byte{0x80};
}

}  // namespace

Bytes without_information_sei(Bytes access_unit) {
  const std::span<const std::byte> data(access_unit);
  Bytes kept;
  bool dropped = false;
  std::size_t copied = 0;
  for (auto code = next_start_code(data, 0); code < data.size();) {
    const auto begin = code > 0 && data[code - 1] == std::byte{0} ? code - 1 : code;
    const auto next = next_start_code(data, code + 3);
    const auto end = next < data.size() && data[next - 1] == std::byte{0} ? next - 1 : next;
    if (is_information_sei(data.subspan(code + 3, end - code - 3))) {
      kept.insert(kept.end(), data.begin() + static_cast<std::ptrdiff_t>(copied),
                  data.begin() + static_cast<std::ptrdiff_t>(std::max(begin, copied)));
      copied = end;
      dropped = true;
    }
    code = next;
  }
  if (!dropped) return access_unit;
  kept.insert(kept.end(), data.begin() + static_cast<std::ptrdiff_t>(copied), data.end());
  return kept;
}

}  // namespace mpienc::output
