#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "mpienc/collection/file_time.hpp"

namespace mpienc::collection {

struct FoundFile {
  std::filesystem::path path;      ///< to open it by
  std::filesystem::path relative;  ///< to its root; stays_below() holds
  std::int64_t size = 0;           ///< bytes; size and time are those of the file that a symlink leads to
  FileTime modified;
};

/// What was not taken, and why, in a few words without the path.
struct Remark {
  std::filesystem::path path;
  std::string text;
};

struct Found {
  std::vector<FoundFile> files;  ///< in bytewise order of `relative`, root after root
  std::vector<Remark> problems;  ///< could not be read: files may be missing
  std::vector<Remark>
      notes;  ///< left out on purpose: the output folder, loops, links to nowhere, pipes and the like
};

/// The regular files in and below `roots` (folders or files), hidden ones as well; a path is taken once.
/// Symlinks are followed, unless a folder leads back to one that it lies in. What lies in the folder `output`
/// is no input, unless the root lies there itself; nor what lies in the folder `journals`. Neither need
/// exist. Throws Error(input) where a root does not exist or cannot be read, and Error(usage) where one is
/// the output folder.
[[nodiscard]] Found walk(std::span<const std::filesystem::path> roots, const std::filesystem::path& output,
                         const std::filesystem::path& journals = {});

/// The same for paths of a list, seen from the folder `base`; a folder among them is walked, one that is
/// missing is a problem. `relative` is seen from `base`, and outside of it from the root of the file system,
/// as with tar.
[[nodiscard]] Found walk_list(std::span<const std::filesystem::path> names, const std::filesystem::path& base,
                              const std::filesystem::path& output,
                              const std::filesystem::path& journals = {});

}  // namespace mpienc::collection
