#pragma once

#include "mpienc/input/program.hpp"

namespace mpienc::app {

/// The first frame that the video stream decodes to. What was read for it is put back. Error(input) when
/// no frame comes out of the first 64 MiB.
[[nodiscard]] av::Frame peek_first_frame(input::Program& program);

}  // namespace mpienc::app
