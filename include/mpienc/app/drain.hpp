#pragma once

#include "mpienc/core/error.hpp"

namespace mpienc::app {

/// Whether the command line begins with the word drain. A file of that name is ./drain.
[[nodiscard]] bool asks_to_drain(int argc, const char* const* argv);

/// Runs `mpienc drain WHO...`: asks a running job to let ranks or hosts go, and waits until it has taken the
/// request. Throws Error: usage, output where no request can be left, cluster where no job takes it.
void run_drain(int argc, const char* const* argv);

}  // namespace mpienc::app
