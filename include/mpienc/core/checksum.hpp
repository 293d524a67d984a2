#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace mpienc {

/// CRC-32 (IEEE 802.3) of bytes that come in pieces.
class Checksum {
 public:
  void add(std::span<const std::byte> bytes);
  /// As eight bytes, whatever the machine's order.
  void add(std::int64_t number);
  [[nodiscard]] std::uint32_t value() const { return value_; }

 private:
  std::uint32_t value_ = 0;
};

[[nodiscard]] std::uint32_t crc32(std::span<const std::byte> bytes);

}  // namespace mpienc
