#pragma once

#include "mpienc/encode/video_task.hpp"
#include "mpienc/input/chunk_cutter.hpp"

namespace mpienc::app {

/// The cut chunk as work for a lane.
[[nodiscard]] encode::VideoTask to_task(input::CutChunk cut);

}  // namespace mpienc::app
