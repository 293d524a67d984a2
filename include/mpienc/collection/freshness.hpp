#pragma once

#include <filesystem>
#include <optional>
#include <string_view>

#include "mpienc/collection/file_time.hpp"

namespace mpienc::collection {

/// What becomes of outputs that exist: without an option, with --update, with --overwrite.
enum class Existing { keep, update, overwrite };

/// What stands under an output's name. Outputs get their names when they are complete, so one that exists is
/// complete.
struct OutputStatus {
  bool regular = true;     ///< else a folder, a symlink, ...
  bool is_source = false;  ///< the very file that it would be made from
  FileTime modified;
};

enum class Action { make, replace, skip, refuse };

struct Decision {
  Action action = Action::make;
  std::string_view reason;  ///< of skip and refuse: a few words
  friend bool operator==(const Decision&, const Decision&) = default;
};

/// An output is up to date that is not older than its source. `keep` skips all that exist and says which are
/// older, `update` replaces these, `overwrite` replaces all. What is no regular file, or is the source, is
/// never replaced.
[[nodiscard]] Decision decide(Existing existing, FileTime source, const std::optional<OutputStatus>& output);

/// Nothing where nothing has that name. Throws Error(output) where that cannot be told.
[[nodiscard]] std::optional<OutputStatus> output_status(const std::filesystem::path& output,
                                                        const std::filesystem::path& source);

}  // namespace mpienc::collection
