#pragma once

#include <stop_token>

#include "mpienc/encode/video_settings.hpp"
#include "mpienc/encode/video_task.hpp"
#include "mpienc/plan/encoded_chunk.hpp"

namespace mpienc::encode {

/// Decodes, converts and encodes one chunk on the calling thread: a pure function of its arguments, the
/// library versions and the instruction set. A stop request ends it early with an incomplete result.
[[nodiscard]] EncodedChunk encode_video_chunk(const VideoTask& task, const VideoSettings& settings,
                                              const std::stop_token& stop);

}  // namespace mpienc::encode
