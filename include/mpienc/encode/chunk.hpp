#pragma once

#include <atomic>
#include <cstdint>
#include <stop_token>

#include "mpienc/encode/settings.hpp"
#include "mpienc/encode/task.hpp"
#include "mpienc/plan/chunk_result.hpp"

namespace mpienc::encode {

/// Encodes one chunk of any kind on the calling thread: a pure function of its arguments and of what its kind
/// names. `units`, frames or samples given to the encoder, is for a progress display. A stop request ends it
/// early with an incomplete result. The times of a result are left to the caller. Errors as its kind's, and
/// Error(internal) for video without its settings and for samples that are a range.
[[nodiscard]] ChunkResult encode_chunk(const Task& task, const Settings& settings,
                                       const std::stop_token& stop, std::atomic<std::int64_t>& units);

}  // namespace mpienc::encode
