#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "mpienc/core/bytes.hpp"

namespace mpienc {

/// An encoded AudioChunk: FLAC frames one after the other, numbered as in the whole file.
struct FlacChunk {
  std::int32_t index = 0;
  std::int64_t samples = 0;  ///< of each channel, in all frames; a file's last frame alone may be short
  Bytes frames;
  std::vector<std::uint32_t> sizes;  ///< bytes of each frame

  [[nodiscard]] Bytes serialise() const;
  [[nodiscard]] static FlacChunk parse(std::span<const std::byte> bytes);
  friend bool operator==(const FlacChunk&, const FlacChunk&) = default;
};

}  // namespace mpienc
