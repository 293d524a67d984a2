#include "mpienc/core/checksum.hpp"

#include <array>

#include <libdeflate.h>

namespace mpienc {

void Checksum::add(std::span<const std::byte> bytes) {
  // No bytes would begin anew.
  if (!bytes.empty()) value_ = libdeflate_crc32(value_, bytes.data(), bytes.size());
}

void Checksum::add(std::int64_t number) {
  std::array<std::byte, 8> bytes{};
  for (auto& byte : bytes) {
    byte = static_cast<std::byte>(number & 0xff);
    number >>= 8;
  }
  add(std::span<const std::byte>(bytes));
}

std::uint32_t crc32(std::span<const std::byte> bytes) {
  Checksum sum;
  sum.add(bytes);
  return sum.value();
}

}  // namespace mpienc
