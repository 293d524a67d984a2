#pragma once

#include <compare>
#include <cstdint>

struct stat;

namespace mpienc::collection {

/// When a file was last changed, since 1970 by its file system's clock.
struct FileTime {
  std::int64_t seconds = 0;
  std::int32_t nanoseconds = 0;
  friend auto operator<=>(const FileTime&, const FileTime&) = default;
};

[[nodiscard]] FileTime modified(const struct ::stat& status);

}  // namespace mpienc::collection
