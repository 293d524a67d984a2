#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "mpienc/encode/audio.hpp"
#include "mpienc/encode/flac_settings.hpp"
#include "mpienc/plan/mp3_settings.hpp"

namespace mpienc::convert {

/// What a file is converted to. `name` and `options` make the same format again on another rank.
struct Format {
  enum class Kind : std::uint8_t { mp3, flac, libavcodec, test };

  Kind kind = Kind::mp3;
  std::string name;       ///< as asked for: "mp3", "ffmpeg:alac"
  std::string options;    ///< as asked for: "quality=2:crc=1"
  std::string extension;  ///< ".mp3"
  Mp3Settings mp3;
  encode::FlacSettings flac;  ///< its `fma` is up to the caller, who knows all ranks
  encode::AudioSettings audio;
};

/// "mp3", "flac", "vorbis", "opus", "aac", "ffmpeg:NAME" with any audio encoder of libavcodec, or "test",
/// which decodes and tells. Options are K=V:K=V:... of the encoder: docs/convert.md. Throws Error(usage) for
/// formats, options and values that do not exist, and where this FFmpeg has no such encoder.
[[nodiscard]] Format parse_format(std::string_view name, std::string_view options);

}  // namespace mpienc::convert
