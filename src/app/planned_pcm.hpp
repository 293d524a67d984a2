#pragma once

#include "mpienc/app/chunk_reader.hpp"
#include "mpienc/core/pcm.hpp"

namespace mpienc::app {

/// Of samples [first, first + samples). `pixels`: as flac_sample_pixels.
[[nodiscard]] PlannedChunk planned_pcm(int index, std::int64_t first, std::int64_t samples,
                                       const PcmFormat& format, std::int64_t pixels, encode::Task task);

}  // namespace mpienc::app
