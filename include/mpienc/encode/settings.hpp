#pragma once

#include <span>
#include <variant>

#include "mpienc/core/bytes.hpp"
#include "mpienc/encode/video_settings.hpp"

namespace mpienc::encode {

struct NoVideo {};

/// What all chunks of a job have in common and is too large to travel with each: the same on every rank.
using Settings = std::variant<NoVideo, VideoSettings>;

/// The kind first. parse_settings() throws Error(cluster) on what is too short or of an unknown kind.
[[nodiscard]] Bytes serialise(const Settings& settings);
[[nodiscard]] Settings parse_settings(std::span<const std::byte> bytes);

}  // namespace mpienc::encode
