#pragma once

namespace mpienc::app {

/// The program: parses the command line, starts MPI where a launcher asks for it, runs this rank's part.
/// Returns the exit status; errors are printed here, one line by one rank.
[[nodiscard]] int run(int argc, char** argv);

}  // namespace mpienc::app
