#pragma once

#include <map>
#include <string>

#include "mpienc/av/handles.hpp"
#include "mpienc/encode/video_settings.hpp"

namespace mpienc::encode {

/// The dictionary for avcodec_open2: the user's options with their own names, and those that must be
/// (one thread, closed GOPs, fixed instruction set, stitchable parameter sets: docs/video.md). Throws
/// Error(usage) for a name that the encoder lacks or a value that would break the promises.
[[nodiscard]] std::map<std::string, std::string> encoder_dictionary(const AVCodec& codec,
                                                                    const VideoSettings& settings);

}  // namespace mpienc::encode
