#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>

namespace mpienc::collection {

/// Bytes that one name may have on Linux's file systems (NAME_MAX).
inline constexpr std::size_t longest_name = 255;

/// A name as stem and extension, the latter with its dot, as std::filesystem splits it: ".hidden" is all
/// stem.
struct NameParts {
  std::string stem, extension;
};
[[nodiscard]] NameParts parts_of(const std::filesystem::path& name);

/// stem + extension. Where that is over 255 bytes the stem is cut at a UTF-8 boundary and ends with "~" and
/// eight hexadecimal digits, the CRC-32 of the whole stem, so that long names with one beginning stay
/// different.
[[nodiscard]] std::string fitted_name(std::string_view stem, std::string_view extension);

/// Any text as one name that Linux, Windows and memory cards take: never empty, ".", ".." or hidden, without
/// "/" and NUL. What no name may have (control characters, <>:"/\|?*, bytes that are no UTF-8, a dot at
/// either end) becomes
/// "_", spaces at the ends go, and Windows' device names (con, nul, lpt1, ...) get a "_" in front. Not
/// shortened.
[[nodiscard]] std::string safe_name(std::string_view text);

/// A path or any other text as people may read it: in one line, control characters and backslashes as in C.
[[nodiscard]] std::string shown(const std::filesystem::path& path);

/// Whether `path` can only lead to something below the folder that it is taken from: relative, not empty, no
/// "." and no ".." in it. Symlinks on the way are another matter (folder_below.hpp).
[[nodiscard]] bool stays_below(const std::filesystem::path& path);

}  // namespace mpienc::collection
