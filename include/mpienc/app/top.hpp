#pragma once

#include <filesystem>
#include <optional>
#include <vector>

#include "mpienc/core/error.hpp"

namespace mpienc::app {

/// The command line of `mpienc top` as values; see its --help.
struct TopOptions {
  enum class Form { screen, text, json };
  std::vector<std::filesystem::path> words;  ///< outputs, status files, folders; at least one
  bool recursive = false;
  Form form = Form::screen;
};

/// Whether the command line begins with the word top. A file of that name is ./top.
[[nodiscard]] bool asks_for_top(int argc, const char* const* argv);

/// Throws Error(usage). Returns nothing after it has printed --help.
[[nodiscard]] std::optional<TopOptions> parse_top_options(int argc, const char* const* argv);

/// Runs `mpienc top ...`: success, or interrupted where a signal ended the screen. Error(input) where there
/// is no job. Never initialises MPI.
[[nodiscard]] ExitStatus run_top(int argc, const char* const* argv);

}  // namespace mpienc::app
