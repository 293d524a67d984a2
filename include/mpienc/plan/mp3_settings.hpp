#pragma once

#include <cstdint>
#include <optional>

#include "mpienc/core/bytes.hpp"
#include "mpienc/core/pcm.hpp"

namespace mpienc {

/// What the user chose for an MP3. Each choice is one of the `lame` program and has its default, but for the
/// control, which is -V 2.
struct Mp3Settings {
  enum class Control : std::uint8_t { quality, constant, average };

  Control control = Control::quality;
  double quality = 2;        ///< -V, 0 (best) to under 10; with Control::quality
  std::int32_t bitrate = 0;  ///< kbit/s, -b or --abr; with the other two
  bool reservoir = true;     ///< false: --nores
  bool checksums = false;    ///< -p: a CRC-16 in each frame
  bool mono = false;         ///< -m m: two channels are mixed into one
  std::int32_t effort = -1;  ///< -q, 0 (slow) to 9; -1: as LAME chooses
  bool keep_rate = false;    ///< the MP3 has the PCM's rate: LAME does not resample
  bool flush_join = false;   ///< Mp3Joining::flush even where repack would do: no chunk is ever encoded twice

  /// From --audio-quality (-V) and --audio-bitrate (bits per second; the bit rate is constant and rules where
  /// both are given). Throws Error(usage) as check_mp3() does.
  [[nodiscard]] static Mp3Settings from_options(std::optional<double> quality,
                                                std::optional<std::int64_t> bits_per_second);

  [[nodiscard]] Bytes serialise() const;
  [[nodiscard]] static Mp3Settings parse(ByteReader& reader);
  friend bool operator==(const Mp3Settings&, const Mp3Settings&) = default;
};

/// Throws Error(usage) with one line for what no MP3 can have: qualities and bit rates out of range.
void check_mp3(const Mp3Settings& settings);
/// The same, and Error(input) for PCM that MP3 cannot hold: more than two channels, a rate below 1 Hz.
void check_mp3(const Mp3Settings& settings, const PcmFormat& format);

}  // namespace mpienc
