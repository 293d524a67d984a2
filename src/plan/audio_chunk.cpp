#include "mpienc/plan/audio_chunk.hpp"

#include <algorithm>
#include <numeric>

namespace mpienc::plan {

std::int64_t flac_stereo_period(std::int32_t rate, std::int32_t block_samples) {
  return std::max<std::int64_t>(1, static_cast<std::int64_t>(rate * 0.4 / block_samples + 0.5));
}

std::int64_t flac_chunk_samples(std::int32_t rate, std::int32_t block_samples) {
  const auto unit = std::lcm(flac_stereo_period(rate, block_samples), std::int64_t{16}) * block_samples;
  const auto wanted = std::int64_t{10} * rate;
  return (wanted + unit - 1) / unit * unit;
}

AudioChunk audio_chunk(std::int32_t index, std::int64_t chunk_samples, std::int64_t total_samples) {
  const auto first = index * chunk_samples;
  return {index, first, std::clamp<std::int64_t>(total_samples - first, 0, chunk_samples)};
}

}  // namespace mpienc::plan
