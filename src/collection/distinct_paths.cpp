#include "mpienc/collection/distinct_paths.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "mpienc/collection/file_name.hpp"

namespace mpienc::collection {

std::string DistinctPaths::key(const std::filesystem::path& path) const {
  std::string text = path.native();
  if (letters_ == Letters::either_case) {
    std::ranges::transform(text, text.begin(),
                           [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  }
  return text;
}

void DistinctPaths::keep_for_folders(const std::filesystem::path& folder) {
  for (auto path = folder; !path.empty() && taken_.insert(key(path)).second;) path = path.parent_path();
}

bool DistinctPaths::take(const std::filesystem::path& path) { return taken_.insert(key(path)).second; }

std::filesystem::path DistinctPaths::take_numbered(const std::filesystem::path& folder, std::string_view stem,
                                                   std::string_view extension) {
  const auto wanted = folder / fmt::format("{}{}", stem, extension);
  auto path = folder / fitted_name(stem, extension);
  int& number = last_number_.try_emplace(key(wanted), 1).first->second;
  while (!take(path)) path = folder / fitted_name(fmt::format("{} ({})", stem, ++number), extension);
  return path;
}

}  // namespace mpienc::collection
