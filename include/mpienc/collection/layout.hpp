#pragma once

#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "mpienc/collection/song.hpp"

namespace mpienc::collection {

/// A template for paths: "Albums/{artist} - {album}/{track:02} {title}". {FIELD} is a field of song.hpp,
/// {FIELD:02} a number with at least that many digits (a value that is no number stays as it is),
/// {FIELD|TEXT} names what stands for a missing value, {FIELD:02|TEXT} both; {{ and }} are braces.
class Layout {
 public:
  /// Throws Error(usage) for what is no template, is absolute, has an empty part, "." or "..", or characters
  /// that not every file system takes.
  explicit Layout(std::string_view text);

  /// The folder and the name without extension that the template gives; one component per component of the
  /// template, each a safe_name(), whatever the tags hold. Folders are cut as by fitted_name(), the stem is
  /// not.
  struct Place {
    std::filesystem::path folder;
    std::string stem;
  };
  [[nodiscard]] Place place(const Song& song) const;

 private:
  struct Part {
    std::string text;  ///< as it is, or a field's name
    bool field = false;
    int digits = 0;
    std::optional<std::string> missing;
  };
  using Component = std::vector<Part>;

  class Parser;
  [[nodiscard]] static std::string expand(const Part& part, const Song& song);

  std::vector<Component> components_;
};

/// The path of each song, in the same order: `extension` with its dot is added, and no two are alike, on
/// memory cards either; of songs with one name the later ones get " (2)", " (3)", ... Every name has at most
/// 255 bytes.
[[nodiscard]] std::vector<std::filesystem::path> laid_out(const Layout& layout, std::span<const Song> songs,
                                                          std::string_view extension);

}  // namespace mpienc::collection
