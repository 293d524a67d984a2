#include <unistd.h>

#include "mpienc/core/error.hpp"
#include "mpienc/output/container.hpp"
#include "mpienc/output/track_writer.hpp"

namespace mpienc::output {

namespace fs = std::filesystem;

void check_output(const fs::path& path, bool overwrite) {
  const auto refuse = [&](const std::string& why) {
    throw Error(ExitStatus::output, path.string() + ": " + why);
  };
  std::error_code ignored;
  const auto folder = path.has_parent_path() ? path.parent_path() : fs::path(".");
  if (!fs::is_directory(folder, ignored)) {
    refuse("there is no folder " + folder.string() + "; make it or choose another");
  }
  if (fs::is_directory(path, ignored)) refuse("is a folder; add a file name");
  if (fs::exists(path, ignored) && !fs::is_regular_file(path, ignored)) {
    refuse("is not a regular file; choose another name");
  }
  if (!overwrite && fs::exists(fs::symlink_status(path, ignored))) {
    refuse("exists already; choose another name or use --overwrite");
  }
  static_cast<void>(container_for(path));
  if (::access(folder.c_str(), W_OK | X_OK) != 0) {
    refuse("the folder " + folder.string() + " is not writable; choose another");
  }
}

}  // namespace mpienc::output
