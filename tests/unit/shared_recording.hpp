#pragma once

#include <random>
#include <string>

#include "mpienc/core/file_range.hpp"
#include "mpienc/input/pcm_fingerprint.hpp"
#include "mpienc/input/pcm_source.hpp"
#include "pcm_oracle.hpp"
#include "wav_bytes.hpp"

namespace mpienc::test {

/// Mono, 22050 Hz, 8 bits of noise.
inline std::string noise_wav(std::size_t samples) {
  std::minstd_rand random(5);
  std::string noise(samples, '\0');
  for (auto& value : noise) value = static_cast<char>(random() >> 8);
  return riff(chunk("fmt ", WavFormat{.channels = 1, .bits = 8, .rate = 22050}.bytes()) +
              chunk("data", noise));
}

/// All samples of the file.
inline FileRange range_of(const std::filesystem::path& path) {
  const auto region = *input::open_pcm_source(path)->description().region;
  return {path.string(), input::fingerprint(path), region.offset, region.bytes()};
}

}  // namespace mpienc::test
