#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "mpienc/core/bytes.hpp"
#include "mpienc/core/pcm.hpp"

namespace mpienc::av {

using Md5Digest = std::array<std::byte, 16>;

/// The MD5 that a FLAC file tells of its samples: interleaved, signed, little-endian, in the fewest whole
/// bytes that hold their bits. A value: it may be copied, or serialised and continued on another rank.
class PcmMd5 {
 public:
  explicit PcmMd5(const PcmFormat& format);

  /// The next samples, whole ones of all channels.
  void add(std::span<const std::byte> pcm);
  [[nodiscard]] Md5Digest digest() const;
  [[nodiscard]] const PcmFormat& format() const { return format_; }

  [[nodiscard]] Bytes serialise() const;
  [[nodiscard]] static PcmMd5 parse(ByteReader& reader);

 private:
  void update(const void* data, std::size_t size);

  PcmFormat format_;
  std::vector<std::uint64_t> state_;  ///< av_md5_size bytes of FFmpeg's state, which has no pointers
};

}  // namespace mpienc::av
