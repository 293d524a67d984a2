#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "mpienc/core/bytes.hpp"

namespace mpienc {

/// How interleaved PCM samples lie in memory. A sample's value is its container shifted right by `shift`.
struct PcmFormat {
  std::int32_t rate = 0;      ///< samples per second and channel
  std::int32_t channels = 0;  ///< in the source's order
  std::int32_t bits = 0;      ///< of a sample's value, 4 to 32
  std::int32_t bytes = 0;     ///< of a sample's container, 1 to 4
  std::int32_t shift = 0;     ///< low bits of the container that are padding
  bool is_signed = true;      ///< 8-bit WAV is not: 128 is silence
  bool big_endian = false;
  std::uint32_t channel_mask = 0;  ///< WAVEFORMATEXTENSIBLE's speakers, 0 where the source has none

  /// Bytes of one sample of each channel.
  [[nodiscard]] std::int32_t block_bytes() const { return channels * bytes; }
  [[nodiscard]] Bytes serialise() const;
  [[nodiscard]] static PcmFormat parse(ByteReader& reader);
  friend bool operator==(const PcmFormat&, const PcmFormat&) = default;
};

/// Signed values of interleaved samples; pcm.size() must be values.size() * format.bytes, else throws
/// Error(internal).
void unpack(std::span<const std::byte> pcm, const PcmFormat& format, std::span<std::int32_t> values);

}  // namespace mpienc
