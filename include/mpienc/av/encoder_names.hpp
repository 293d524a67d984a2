#pragma once

#include <string>

#include "mpienc/av/handles.hpp"

namespace mpienc::av {

/// libavcodec's encoder of exactly that name and media type. Throws Error(usage) that names up to three
/// near ones, those for a codec of that name ("mp3": libmp3lame) first.
[[nodiscard]] const AVCodec& find_encoder(const std::string& name, AVMediaType type);

}  // namespace mpienc::av
