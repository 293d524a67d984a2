#pragma once

#include <memory>

#include "mpienc/app/options.hpp"
#include "mpienc/input/chunk_cutter.hpp"
#include "mpienc/input/program.hpp"

namespace mpienc::app {

/// A cutter for the programme's video: of --chunk's length where given, else by plan/chunk_target.
[[nodiscard]] std::unique_ptr<input::ChunkCutter> make_cutter(const input::Program& program,
                                                              const Options& options);

}  // namespace mpienc::app
