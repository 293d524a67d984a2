#pragma once

#include <memory>
#include <optional>
#include <stop_token>

#include "mpienc/app/chunk_reader.hpp"
#include "mpienc/encode/flac_settings.hpp"
#include "mpienc/input/pcm_source.hpp"
#include "mpienc/plan/mp3_chunk.hpp"

namespace mpienc::app {

/// What encoding a sample costs, in pixels of video: for the scheduler's first guess.
inline constexpr std::int64_t flac_sample_pixels = 3, mp3_sample_pixels = 18;

/// Reads a recording chunk by chunk. Throws what reading throws.
class PcmCutter {
 public:
  PcmCutter() = default;
  PcmCutter(const PcmCutter&) = delete;
  PcmCutter& operator=(const PcmCutter&) = delete;
  virtual ~PcmCutter() = default;

  /// Without times of reading; nothing at the end and once a stop is requested.
  [[nodiscard]] virtual std::optional<PlannedChunk> next(const std::stop_token& stop) = 0;
};

/// `source` outlives them.
[[nodiscard]] std::unique_ptr<PcmCutter> make_flac_cutter(input::PcmSource& source,
                                                          const encode::FlacSettings& settings);
/// `stream`: as LAME settled it, not one of a single chunk.
[[nodiscard]] std::unique_ptr<PcmCutter> make_mp3_cutter(input::PcmSource& source,
                                                         const Mp3Settings& settings,
                                                         const Mp3Stream& stream);

}  // namespace mpienc::app
