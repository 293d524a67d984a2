#include "mpienc/collection/file_time.hpp"

#include <sys/stat.h>

namespace mpienc::collection {

FileTime modified(const struct ::stat& status) {
  return {static_cast<std::int64_t>(status.st_mtim.tv_sec),
          static_cast<std::int32_t>(status.st_mtim.tv_nsec)};
}

}  // namespace mpienc::collection
