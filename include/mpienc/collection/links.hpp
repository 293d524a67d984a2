#pragma once

#include <filesystem>

namespace mpienc::collection {

enum class LinkOutcome { made, kept, replaced };

/// Makes root/link a symlink to root/target, by a relative path, and the folders that it needs (FolderBelow);
/// both paths must stay below root. A link that is right is kept. Another one is replaced with `overwrite`,
/// in one step, if it may be of our making: relative and not leading out of root. Throws Error(output) in all
/// other cases.
LinkOutcome make_link(const std::filesystem::path& root, const std::filesystem::path& link,
                      const std::filesystem::path& target, bool overwrite);

}  // namespace mpienc::collection
