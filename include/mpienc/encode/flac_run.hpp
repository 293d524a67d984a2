#pragma once

#include <cstddef>
#include <span>
#include <stop_token>

#include "mpienc/core/pcm.hpp"
#include "mpienc/encode/flac_settings.hpp"
#include "mpienc/plan/flac_chunk.hpp"

namespace mpienc::encode {

/// Encodes samples from block `first_block` of a file on. What encode_flac_chunk() guards: the frames equal
/// the whole file's only where first_block is a multiple of plan::flac_stereo_period(), and only a file's end
/// may be no whole block. Errors and the stop as there; the result's index is 0.
[[nodiscard]] FlacChunk encode_flac_run(const FlacSettings& settings, const PcmFormat& format,
                                        std::int64_t first_block, std::span<const std::byte> pcm,
                                        const std::stop_token& stop);

}  // namespace mpienc::encode
