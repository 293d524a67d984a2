#pragma once

#include <cstddef>
#include <span>
#include <stop_token>

#include "mpienc/core/pcm.hpp"
#include "mpienc/encode/flac_settings.hpp"
#include "mpienc/plan/audio_chunk.hpp"
#include "mpienc/plan/flac_chunk.hpp"

namespace mpienc::encode {

/// Encodes one chunk on the calling thread: a pure function of its arguments and libFLAC's version, whose
/// frames are byte for byte those of the whole file. `pcm` holds chunk.samples of each channel, interleaved;
/// it is not copied. A stop request ends it early with an incomplete result. Throws as check_flac(),
/// Error(codec), Error(input) for bits set in a sample's padding, and Error(internal) for a chunk that does
/// not begin at its place in settings.chunk_samples(), is longer, or has other samples than `pcm`.
[[nodiscard]] FlacChunk encode_flac_chunk(const FlacSettings& settings, const PcmFormat& format,
                                          const AudioChunk& chunk, std::span<const std::byte> pcm,
                                          const std::stop_token& stop);

}  // namespace mpienc::encode
