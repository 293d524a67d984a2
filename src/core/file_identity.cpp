#include "mpienc/core/file_identity.hpp"

#include <sys/stat.h>

namespace mpienc {

namespace {

std::optional<FileIdentity> of(int failed, const struct stat& status) {
  if (failed != 0 || !S_ISREG(status.st_mode)) return std::nullopt;
  return FileIdentity{static_cast<std::int64_t>(status.st_dev), static_cast<std::int64_t>(status.st_ino),
                      static_cast<std::int64_t>(status.st_size)};
}

}  // namespace

std::optional<FileIdentity> identify(const std::filesystem::path& path) {
  struct stat status {};
  return of(::stat(path.c_str(), &status), status);
}

std::optional<FileIdentity> identify(int descriptor) {
  struct stat status {};
  return of(::fstat(descriptor, &status), status);
}

}  // namespace mpienc
