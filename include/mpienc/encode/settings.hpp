#pragma once

#include <span>
#include <variant>

#include "mpienc/core/bytes.hpp"
#include "mpienc/core/pcm.hpp"
#include "mpienc/encode/flac_settings.hpp"
#include "mpienc/encode/video_settings.hpp"
#include "mpienc/plan/mp3_settings.hpp"

namespace mpienc::encode {

struct FlacRecording {
  FlacSettings settings;
  PcmFormat format;
};

struct Mp3Recording {
  Mp3Settings settings;
  PcmFormat format;
};

/// All that an encoder for any chunk of a job needs beside the chunk: the same on every rank.
using Settings = std::variant<VideoSettings, FlacRecording, Mp3Recording>;

/// The kind first. parse_settings() throws Error(cluster) on what is too short or of an unknown kind.
[[nodiscard]] Bytes serialise(const Settings& settings);
[[nodiscard]] Settings parse_settings(std::span<const std::byte> bytes);

}  // namespace mpienc::encode
