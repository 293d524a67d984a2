#pragma once

#include "mpienc/core/pcm.hpp"
#include "mpienc/encode/flac_metadata.hpp"
#include "mpienc/encode/flac_settings.hpp"
#include "mpienc/plan/flac_head.hpp"

namespace mpienc::encode {

/// The head that `flac` writes for a WAV or AIFF file: SEEKTABLE with a point every 10 s, VORBIS_COMMENT with
/// libFLAC's vendor and, where there is one, the channel mask, PADDING. `expected_samples`: as the input's
/// header announces, 0 where it is silent (no SEEKTABLE then, as for `flac`); the data may turn out shorter.
/// `more`: of make_flac_blocks(), which `flac` does not write unless told to.
[[nodiscard]] FlacHead flac_head(const FlacSettings& settings, const PcmFormat& format,
                                 std::int64_t expected_samples, std::vector<FlacBlock> more = {});

/// The head that `flac` writes for a FLAC file with these blocks: all are kept in their order but that the
/// vendor is libFLAC's, a cue sheet with another end than the audio is dropped, padding is gathered at the
/// end, and a missing SEEKTABLE, VORBIS_COMMENT or PADDING is made. Throws Error(input) for blocks that break
/// FLAC's rules.
[[nodiscard]] FlacHead flac_head(const FlacSettings& settings, const PcmFormat& format,
                                 std::vector<FlacBlock> source);

}  // namespace mpienc::encode
