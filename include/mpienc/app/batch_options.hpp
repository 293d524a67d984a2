#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "mpienc/collection/freshness.hpp"
#include "mpienc/collection/target.hpp"

namespace mpienc::app {

struct Options;

/// What `mpienc batch` is asked for beyond the options of all jobs; see its --help.
struct BatchOptions {
  std::vector<collection::Target> targets;
  std::vector<std::string> encoder_options;  ///< of each target, "key=value:..."
  std::filesystem::path files_from;          ///< a list of inputs, "-" the standard input; empty: none
  std::string layout, link;                  ///< templates; empty: the tree is kept, no links are made
  bool copy_others = false;
  collection::Existing existing = collection::Existing::keep;
};

/// Whether the command line begins with the word batch. A file of that name is ./batch.
[[nodiscard]] bool asks_for_batch(int argc, const char* const* argv);

/// The roots are Options::inputs, the folder is Options::output. Throws Error(usage) with one line that names
/// the option. Returns nothing after it has printed --help.
[[nodiscard]] std::optional<Options> parse_batch_options(int argc, const char* const* argv);

}  // namespace mpienc::app
