#pragma once

#include <cstdint>
#include <string>

#include "mpienc/core/bytes.hpp"
#include "mpienc/plan/mp3_settings.hpp"

namespace mpienc {

/// How the chunks of an MP3 become one. LAME's bit reservoir runs through the whole file, so frames encoded
/// apart do not simply follow each other.
enum class Mp3Joining : std::uint8_t {
  repack,  ///< the frames' data are laid out anew as one encoder would have: the bytes of a serial encode
  flush,   ///< each chunk begins with an empty reservoir; seamless, but not the bytes of a serial encode
  whole,   ///< LAME resamples, and its filter's phase cannot be set: one chunk, the bytes of a serial encode
};

/// What all frames of one MP3 have in common, as LAME settled it for settings and a PCM format.
struct Mp3Stream {
  std::int32_t rate = 0;               ///< of the MP3, not of the PCM
  std::int32_t channels = 0;           ///< of the MP3
  std::int32_t samples_per_frame = 0;  ///< 1152, or 576 at 24 kHz and below (MPEG-2 and 2.5)
  std::int32_t delay = 0;              ///< samples that LAME puts before the first one
  Mp3Settings::Control control = Mp3Settings::Control::quality;
  std::int32_t bitrate = 0;  ///< kbit/s of each frame with Control::constant, else 0
  bool reservoir = true;
  bool checksums = false;
  Mp3Joining joining = Mp3Joining::flush;
  std::string lame_version;  ///< as LAME writes it into stuffing

  [[nodiscard]] bool mpeg1() const { return rate > 24000; }
  [[nodiscard]] std::int32_t granules() const { return mpeg1() ? 2 : 1; }
  /// Of header, checksum and side information.
  [[nodiscard]] std::int32_t head_bytes() const;
  /// Length of a frame of this table index, 1 to 14.
  [[nodiscard]] std::int32_t frame_bytes(std::int32_t bitrate_index, bool padded) const;
  /// The highest index that LAME uses where the bit rate varies.
  [[nodiscard]] std::int32_t highest_bitrate_index() const { return rate < 16000 ? 8 : 14; }
  /// Of the Info frame before the first one; 0: a frame of that bit rate is too short for it, and LAME writes
  /// none.
  [[nodiscard]] std::int32_t tag_bytes() const;
  /// Frames in which LAME encodes `samples`: delay before, at least 576 of padding behind.
  [[nodiscard]] std::int64_t frames_of(std::int64_t samples) const;
  /// The padding behind that many samples.
  [[nodiscard]] std::int32_t padding_of(std::int64_t samples) const;

  [[nodiscard]] Bytes serialise() const;
  [[nodiscard]] static Mp3Stream parse(ByteReader& reader);
  friend bool operator==(const Mp3Stream&, const Mp3Stream&) = default;
};

/// kbit/s of a bit rate index, 1 to 14 (ISO 11172-3 and 13818-3, Layer III).
[[nodiscard]] std::int32_t mp3_kbps(bool mpeg1, std::int32_t bitrate_index);

}  // namespace mpienc
