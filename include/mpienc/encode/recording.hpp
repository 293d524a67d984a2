#pragma once

#include "mpienc/core/bytes.hpp"
#include "mpienc/core/pcm.hpp"
#include "mpienc/encode/flac_settings.hpp"
#include "mpienc/plan/mp3_settings.hpp"

namespace mpienc::encode {

/// All that the chunks of one recording have in common for a FLAC encoder.
struct FlacRecording {
  FlacSettings settings;
  PcmFormat format;

  [[nodiscard]] Bytes serialise() const;
  [[nodiscard]] static FlacRecording parse(ByteReader& reader);
};

/// The same for LAME.
struct Mp3Recording {
  Mp3Settings settings;
  PcmFormat format;

  [[nodiscard]] Bytes serialise() const;
  [[nodiscard]] static Mp3Recording parse(ByteReader& reader);
};

}  // namespace mpienc::encode
