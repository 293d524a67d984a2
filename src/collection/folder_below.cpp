#include "mpienc/collection/folder_below.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <iterator>
#include <string>
#include <utility>

#include "mpienc/collection/file_name.hpp"
#include "mpienc/core/error.hpp"

namespace mpienc::collection {

namespace fs = std::filesystem;

namespace {

constexpr int folder_flags = O_PATH | O_DIRECTORY | O_CLOEXEC;

[[noreturn]] void fail(const fs::path& path, int code) {
  const std::string what =
      code == ENOTDIR || code == ELOOP
          ? "is a symlink or a file where a folder is needed; move it away or use another output folder"
          : std::string(std::strerror(code));
  throw Error(ExitStatus::output, shown(path) + ": " + what);
}

/// Below the open folder `above`; made where it is missing.
int open_or_make(int above, const fs::path& name) {
  const int fd = ::openat(above, name.c_str(), folder_flags | O_NOFOLLOW);
  if (fd >= 0 || errno != ENOENT) return fd;
  if (::mkdirat(above, name.c_str(), 0777) != 0 && errno != EEXIST) return -1;
  return ::openat(above, name.c_str(), folder_flags | O_NOFOLLOW);
}

/// Of the folder that is open as `above`.
void remove_empty_in(int above, fs::path::const_iterator name, fs::path::const_iterator end) {
  if (name == end) return;
  const int fd = ::openat(above, name->c_str(), folder_flags | O_NOFOLLOW);
  if (fd < 0) return;
  remove_empty_in(fd, std::next(name), end);
  ::close(fd);
  ::unlinkat(above, name->c_str(), AT_REMOVEDIR);
}

}  // namespace

FolderBelow::FolderBelow(const fs::path& root, const fs::path& relative) {
  if (!relative.empty() && !stays_below(relative)) {
    throw Error(ExitStatus::output, shown(relative) + ": leads out of the output folder");
  }
  fd_ = ::open(root.c_str(), folder_flags);
  if (fd_ < 0) fail(root, errno);
  auto path = root;
  for (const auto& name : relative) {
    path /= name;
    const int below = open_or_make(fd_, name);
    const int code = errno;
    ::close(std::exchange(fd_, below));
    if (below < 0) fail(path, code);
  }
}

FolderBelow::~FolderBelow() { ::close(fd_); }

void remove_empty_folders(const fs::path& root, const fs::path& relative) noexcept {
  const int fd = ::open(root.c_str(), folder_flags);
  if (fd < 0) return;
  if (stays_below(relative)) remove_empty_in(fd, relative.begin(), relative.end());
  ::close(fd);
}

}  // namespace mpienc::collection
