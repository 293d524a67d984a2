#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "mpienc/core/pcm.hpp"
#include "mpienc/core/tags.hpp"

namespace mpienc::input {

/// Bytes that are read by position: a file, or a buffer in tests.
struct PositionedBytes {
  std::int64_t size = 0;
  /// Fills `into` from `offset` on; returns the bytes read, fewer only at the end. Error(input) if reading
  /// fails.
  std::function<std::size_t(std::int64_t offset, std::span<std::byte> into)> read;
};

/// Where uncompressed samples lie in a file: one contiguous run that any process may read a part of.
struct PcmRegion {
  PcmFormat format;
  std::int64_t offset = 0;   ///< bytes, of the first sample from the file's start
  std::int64_t samples = 0;  ///< per channel

  [[nodiscard]] std::int64_t bytes() const { return samples * format.block_bytes(); }
  [[nodiscard]] Bytes serialise() const;
  [[nodiscard]] static PcmRegion parse(ByteReader& reader);
  friend bool operator==(const PcmRegion&, const PcmRegion&) = default;
};

/// What the header of an uncompressed file says, checked against the file's size.
struct PcmHeader {
  PcmRegion region;                   ///< whole samples that are there
  std::int64_t announced = 0;         ///< samples by the header; as many as there are where it does not say
  bool truncated = false;             ///< it promises more than there is
  std::vector<std::string> warnings;  ///< one line each, without the file's name
  std::vector<Tag> tags;
};

}  // namespace mpienc::input
