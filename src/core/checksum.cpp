#include "mpienc/core/checksum.hpp"

#include <array>

#include <zlib.h>

namespace mpienc {

void Checksum::add(std::span<const std::byte> bytes) {
  if (bytes.empty()) return;
  value_ = static_cast<std::uint32_t>(crc32_z(value_, reinterpret_cast<const Bytef*>(bytes.data()), bytes.size()));
}

void Checksum::add(std::int64_t number) {
  std::array<std::byte, 8> bytes{};
  for (auto& byte : bytes) {
    byte = static_cast<std::byte>(number & 0xff);
    number >>= 8;
  }
  add(std::span<const std::byte>(bytes));
}

}  // namespace mpienc
