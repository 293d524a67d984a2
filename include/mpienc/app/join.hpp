#pragma once

#include <filesystem>
#include <optional>

#include "mpienc/core/error.hpp"
#include "mpienc/core/log.hpp"

namespace mpienc::app {

/// The command line of `mpienc worker` as values; see its --help.
struct JoinOptions {
  std::filesystem::path file;
  std::optional<int> lanes;
  Verbosity verbosity = Verbosity::normal;
};

/// Whether the command line begins with the word worker. A file of that name is ./worker.
[[nodiscard]] bool asks_to_join(int argc, const char* const* argv);

/// Throws Error(usage) with one line that names the option. Nothing after it has printed --help.
[[nodiscard]] std::optional<JoinOptions> parse_join_options(int argc, const char* const* argv);

/// Runs `mpienc worker --join FILE`: joins the job of that file as one rank more and stays until the job
/// ends, lets it go or falls silent. Whatever started this process, it is an MPI job of its own. Throws
/// Error, with cluster where the job cannot be joined.
[[nodiscard]] ExitStatus run_join(int argc, char** argv);

}  // namespace mpienc::app
