#pragma once

#include <cstdint>

#include "mpienc/core/bytes.hpp"
#include "mpienc/plan/mp3_chunk.hpp"
#include "mpienc/plan/mp3_stream.hpp"

namespace mpienc::plan {

/// So many frames of such a stream without any sound, and with an empty reservoir (ISO 11172-3, 2.4.1). A
/// varying or average bit rate becomes the lowest.
[[nodiscard]] Bytes silent_mp3_frames(const Mp3Stream& stream, std::int64_t frames);

/// What goes into the place of a chunk that cannot be encoded; `own_samples` as they are counted by it. For
/// Mp3Joining::flush.
[[nodiscard]] Mp3Chunk silent_mp3_chunk(const Mp3Task& task, std::int64_t own_samples,
                                        const Mp3Stream& stream);

}  // namespace mpienc::plan
