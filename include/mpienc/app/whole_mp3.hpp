#pragma once

#include <memory>

#include "mpienc/app/chunk_sink.hpp"
#include "mpienc/app/pcm_cutter.hpp"
#include "mpienc/plan/mp3_settings.hpp"

namespace mpienc::app {

/// For an MP3 that is one chunk: next() encodes all of it block by block, hands the frames to `sink` as they
/// come, and cuts nothing. Both references outlive it.
[[nodiscard]] std::unique_ptr<PcmCutter> encode_whole_mp3(input::PcmSource& source,
                                                          const Mp3Settings& settings, ChunkSink& sink);

}  // namespace mpienc::app
