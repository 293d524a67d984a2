#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>

namespace mpienc::collection {

/// Whether "Abba" and "ABBA" are one name, as on memory cards; of ASCII letters only.
enum class Letters { as_they_are, either_case };

/// Gives every path away once.
class DistinctPaths {
 public:
  explicit DistinctPaths(Letters letters = Letters::as_they_are) : letters_(letters) {}

  /// The name of a folder that others are to be made in is no file's.
  void keep_for_folders(const std::filesystem::path& folder);
  /// False where the path was given away before, or is a folder's.
  [[nodiscard]] bool take(const std::filesystem::path& path);
  /// folder / (stem + extension), fitted into 255 bytes, or where that is taken the first free one with "
  /// (2)", " (3)", ... behind the stem.
  [[nodiscard]] std::filesystem::path take_numbered(const std::filesystem::path& folder,
                                                    std::string_view stem, std::string_view extension);

 private:
  [[nodiscard]] std::string key(const std::filesystem::path& path) const;

  Letters letters_;
  std::unordered_set<std::string> taken_;
  std::unordered_map<std::string, int> last_number_;
};

}  // namespace mpienc::collection
