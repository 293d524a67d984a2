#pragma once

#include <cstddef>
#include <span>
#include <stop_token>

#include "mpienc/core/pcm.hpp"
#include "mpienc/plan/mp3_chunk.hpp"
#include "mpienc/plan/mp3_settings.hpp"

namespace mpienc::encode {

/// Encodes one task on the calling thread: a pure function of its arguments, LAME's version and the
/// processor's arithmetic. `pcm`: the task's samples. A stop request ends it early with an incomplete result.
/// Errors as Mp3Encoder, and Error(codec) where this LAME lays frames out otherwise than Mp3Reservoir knows.
[[nodiscard]] Mp3Chunk encode_mp3_chunk(const Mp3Task& task, const Mp3Settings& settings,
                                        const PcmFormat& format, std::span<const std::byte> pcm,
                                        const std::stop_token& stop);

}  // namespace mpienc::encode
