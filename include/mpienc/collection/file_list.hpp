#pragma once

#include <filesystem>
#include <string_view>
#include <vector>

namespace mpienc::collection {

/// The names of a list such as find prints: one per line, or with NUL behind each (-print0) where there is
/// any NUL. All other bytes belong to the names. Empty lines are none.
[[nodiscard]] std::vector<std::filesystem::path> names_of_list(std::string_view text);

/// Of a file, or of the standard input where it is called "-". Throws Error(input) where it cannot be read.
[[nodiscard]] std::vector<std::filesystem::path> read_list(const std::filesystem::path& file);

}  // namespace mpienc::collection
