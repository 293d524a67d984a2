#include "mpienc/app/marker_folder.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "mpienc/core/error.hpp"

namespace mpienc::app {
namespace {

namespace fs = std::filesystem;

constexpr const char* lock_name = "lock";
constexpr std::size_t unique = 6;
/// Of a folder without its lock: before that somebody may be about to make it.
constexpr auto youth = std::chrono::minutes(1);

std::string beginning(const fs::path& whole) {
  return "." + whole.filename().string().substr(0, 200) + ".marker-";
}

[[noreturn]] void fail(const fs::path& output) {
  throw Error(
      ExitStatus::output,
      fmt::format("no folder can be made beside '{}': {}; mpienc launch needs one there, where rank 0 tells "
                  "how the job ended",
                  output.string(), std::strerror(errno)));
}

bool own_folder(const fs::path& path) {
  struct stat status {};
  return ::lstat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode) && status.st_uid == ::geteuid();
}

void remove_if_left(const fs::path& folder) {
  std::error_code ignored;
  const int fd = ::open((folder / lock_name).c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW);
  if (fd < 0) {
    const auto changed = fs::last_write_time(folder, ignored);
    const bool old = !ignored && fs::file_time_type::clock::now() - changed > youth;
    if (old) ::rmdir(folder.c_str());  // only where it is empty
    return;
  }
  const bool left = ::flock(fd, LOCK_EX | LOCK_NB) == 0;
  if (left) fs::remove(folder / lock_name, ignored);  // seen by whoever has just made it
  ::close(fd);                                        // over NFS what is open stays
  if (left) fs::remove_all(folder, ignored);
}

/// Whether another launch has taken it for one that was left.
bool swept(int lock) {
  struct stat status {};
  if (::flock(lock, LOCK_EX | LOCK_NB) != 0) return errno == EWOULDBLOCK;
  return ::fstat(lock, &status) != 0 || status.st_nlink == 0;
}

void sweep(const fs::path& parent, const std::string& beginning) {
  std::vector<fs::path> found;
  std::error_code ignored;
  for (fs::directory_iterator at(parent, ignored), end; !ignored && at != end; at.increment(ignored)) {
    const auto name = at->path().filename().string();
    const bool fits = name.size() == beginning.size() + unique && name.starts_with(beginning);
    if (fits && own_folder(at->path())) found.push_back(at->path());
  }
  for (const fs::path& folder : found) remove_if_left(folder);
}

}  // namespace

MarkerFolder::MarkerFolder(const fs::path& output) {
  const auto whole = fs::absolute(output);
  sweep(whole.parent_path(), beginning(whole));
  do {
    if (lock_ >= 0) ::close(lock_);
    auto name = (whole.parent_path() / (beginning(whole) + std::string(unique, 'X'))).string();
    if (mkdtemp(name.data()) == nullptr) fail(output);
    folder_ = name;
    lock_ = ::open((folder_ / lock_name).c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  } while (lock_ >= 0 && swept(lock_));
}

MarkerFolder::~MarkerFolder() {
  if (lock_ >= 0) ::close(lock_);
  std::error_code ignored;
  fs::remove_all(folder_, ignored);
}

fs::path MarkerFolder::marker(int attempt) const { return folder_ / fmt::format("attempt-{}", attempt); }

}  // namespace mpienc::app
