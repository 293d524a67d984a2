#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>

namespace mpienc {

/// What a file is known by while it lies on its file system, whatever its name.
struct FileIdentity {
  std::int64_t device = 0, inode = 0, size = 0;

  friend bool operator==(const FileIdentity&, const FileIdentity&) = default;
};

/// Of the regular file that `path` leads to; nothing where there is none.
[[nodiscard]] std::optional<FileIdentity> identify(const std::filesystem::path& path);
/// Of an open file.
[[nodiscard]] std::optional<FileIdentity> identify(int descriptor);

}  // namespace mpienc
