#pragma once

#include <cstdint>

namespace mpienc {

/// One unit of audio work: samples [first_sample, first_sample + samples) of every channel. "Samples" counts
/// instants, not values: one second of stereo at 48 kHz has 48000.
struct AudioChunk {
  std::int32_t index = 0;
  std::int64_t first_sample = 0;
  std::int64_t samples = 0;
  friend bool operator==(const AudioChunk&, const AudioChunk&) = default;
};

namespace plan {

/// Blocks after which libFLAC's loose mid/side stereo forgets what came before: 0.4 s, at least one block
/// (loose_mid_side_stereo_frames in its stream_encoder.c). It is the only state that outlives a block.
[[nodiscard]] std::int64_t flac_stereo_period(std::int32_t rate, std::int32_t block_samples);

/// Samples of every FLAC chunk but the last: whole blocks, a multiple of lcm(flac_stereo_period(), 16)
/// blocks, the fewest that last 10 s; under 20 s except at rates below 7 kHz. Both arguments are positive.
/// Depends on nothing else, so all ranks agree.
[[nodiscard]] std::int64_t flac_chunk_samples(std::int32_t rate, std::int32_t block_samples);

/// Chunk `index` of `total_samples` cut into pieces of `chunk_samples`; `samples` is 0 behind the end.
[[nodiscard]] AudioChunk audio_chunk(std::int32_t index, std::int64_t chunk_samples,
                                     std::int64_t total_samples);

}  // namespace plan
}  // namespace mpienc
