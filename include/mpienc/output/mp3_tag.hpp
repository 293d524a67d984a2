#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "mpienc/core/bytes.hpp"

namespace mpienc::output {

/// CRC-16 of bytes that come in pieces, as in LAME's Info frame (polynomial 0x8005 reflected, start 0).
class Mp3MusicCrc {
 public:
  void add(std::span<const std::byte> bytes);
  [[nodiscard]] std::uint16_t value() const { return value_; }

 private:
  std::uint16_t value_ = 0;
};

/// Gathers what LAME's Info frame says of a whole file: its numbers of frames and bytes, its table of
/// contents and its CRCs. As VbrTag.c of LAME 3.100.
class Mp3Tag {
 public:
  /// Whole frames, in order, the Info frame not among them.
  void add(std::span<const std::byte> frames);
  /// Fills in the Info frame that LAME made for the last chunk. Throws Error(internal) where it is none.
  [[nodiscard]] Bytes finish(Bytes tag) const;

 private:
  void count(std::int32_t kbps);
  [[nodiscard]] std::uint8_t seek_point(int percent) const;

  std::uint32_t frames_ = 0;
  std::uint64_t bytes_ = 0;
  Mp3MusicCrc music_;
  std::vector<std::int32_t> sums_;  ///< of kbit/s up to every `stride_`-th frame, at most 400
  std::int32_t sum_ = 0;
  std::int32_t seen_ = 0;
  std::int32_t stride_ = 1;
};

/// Where the fields of an Info or Xing frame lie, counted from these four letters; -1 where `frame`, a whole
/// frame, is none.
[[nodiscard]] std::int64_t find_mp3_tag(std::span<const std::byte> frame);

namespace mp3_tag {
inline constexpr std::size_t frames = 8, bytes = 12, contents = 16, delays = 0x8d, music_bytes = 0x94,
                             music_crc = 0x98, tag_crc = 0x9a, size = 0x9c;
}

}  // namespace mpienc::output
