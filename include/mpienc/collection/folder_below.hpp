#pragma once

#include <filesystem>

namespace mpienc::collection {

/// An open folder below another, made with all folders on the way. No symlink below `root` is followed, so
/// nothing is made elsewhere, whatever lies there; `root` itself must exist and may be one.
class FolderBelow {
 public:
  /// `relative` may be empty, else stays_below(). Throws Error(output).
  FolderBelow(const std::filesystem::path& root, const std::filesystem::path& relative);
  ~FolderBelow();
  FolderBelow(const FolderBelow&) = delete;
  FolderBelow& operator=(const FolderBelow&) = delete;

  /// For openat(2) and its like; opened with O_PATH.
  [[nodiscard]] int descriptor() const { return fd_; }

 private:
  int fd_;
};

/// Takes the folder away, and then those that it lies in, as far as they are empty, but not `root`. No
/// symlink below `root` is followed.
void remove_empty_folders(const std::filesystem::path& root, const std::filesystem::path& relative) noexcept;

}  // namespace mpienc::collection
