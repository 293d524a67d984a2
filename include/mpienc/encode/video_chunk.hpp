#pragma once

#include <atomic>
#include <cstdint>
#include <stop_token>

#include "mpienc/encode/video_settings.hpp"
#include "mpienc/encode/video_task.hpp"
#include "mpienc/plan/encoded_chunk.hpp"

namespace mpienc::encode {

/// Decodes, converts and encodes one chunk on the calling thread: a pure function of its arguments, the
/// library versions and the instruction set. A stop request ends it early with an incomplete result.
/// `frames` counts the frames given to the encoder, for a progress display.
[[nodiscard]] EncodedChunk encode_video_chunk(const VideoTask& task, const VideoSettings& settings,
                                              const std::stop_token& stop, std::atomic<std::int64_t>& frames);

}  // namespace mpienc::encode
