#include "mpienc/output/temporary_file.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "mpienc/core/error.hpp"

namespace mpienc::output {

namespace fs = std::filesystem;

namespace {

constexpr std::int64_t write_back_bytes = std::int64_t{8} << 20;
constexpr std::string_view mark = ".mpienc-";

[[noreturn]] void fail(const fs::path& path, const std::string& what, int code) {
  if (code == ENOSPC || code == EDQUOT) {
    throw Error(ExitStatus::output, path.string() + ": no space left; free some or choose another folder");
  }
  throw Error(ExitStatus::output, path.string() + ": " + what + ": " + std::strerror(code));
}

[[noreturn]] void fail_existing(const fs::path& path) {
  throw Error(ExitStatus::output,
              path.string() + " has come to exist meanwhile; remove it or use --overwrite");
}

fs::path temporary_name(const fs::path& final_path, int attempt) {
  return final_path.parent_path() / (temporary_prefix(final_path) + std::to_string(::getpid()) +
                                     (attempt > 0 ? "-" + std::to_string(attempt) : "") + ".tmp");
}

fs::path folder_of(const fs::path& path) {
  return path.has_parent_path() ? path.parent_path() : fs::path(".");
}

/// As temporary_prefix() made it, or nothing.
std::string prefix_in(const std::string& name) {
  const auto end = name.rfind(mark);
  return end == std::string::npos || !name.ends_with(".tmp") ? std::string()
                                                             : name.substr(0, end + mark.size());
}

/// Whoever writes a temporary file holds a lock on it: one without is what a killed job left.
void sweep_folder(const fs::path& folder, const std::set<std::string>& prefixes) {
  std::error_code error;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error)) {
    if (!prefixes.contains(prefix_in(entry->path().filename().string()))) continue;
    const int fd = ::open(entry->path().c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0) continue;
    if (::flock(fd, LOCK_EX | LOCK_NB) == 0) ::unlink(entry->path().c_str());
    ::close(fd);
  }
}

/// False where a sweep took the file away before it was locked.
bool lock_new(int fd) {
  struct stat status {};
  return ::flock(fd, LOCK_EX | LOCK_NB) < 0 ? errno != EWOULDBLOCK
                                            : ::fstat(fd, &status) == 0 && status.st_nlink > 0;
}

/// Renames only where `to` does not exist; false with errno set otherwise.
bool rename_without_replacing(const fs::path& from, const fs::path& to) {
  if (::renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_NOREPLACE) == 0) return true;
  if (errno != EINVAL && errno != ENOSYS) return false;
  if (::link(from.c_str(), to.c_str()) == 0) {
    ::unlink(from.c_str());  // Complete either way; another name of it does no harm.
    return true;
  }
  if (errno == EEXIST) return false;
  struct stat existing {};
  if (::lstat(to.c_str(), &existing) == 0) {
    errno = EEXIST;
    return false;
  }
  return ::rename(from.c_str(), to.c_str()) == 0;
}

/// 0 or the errno that tells of a failing disk; some file systems know no fsync of folders.
int sync(const fs::path& path, int flags) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | flags);
  if (fd < 0) return 0;
  const int code = ::fsync(fd) == 0 ? 0 : errno;
  ::close(fd);
  return code == EINVAL || code == ENOTSUP || code == ENOSYS ? 0 : code;
}

void sync_folder_of(const fs::path& final_path) {
  if (const int code = sync(folder_of(final_path), O_DIRECTORY); code != 0) {
    fail(final_path, "is complete, but the disk does not confirm its name", code);
  }
}

fs::path resolved(const fs::path& path) {
  std::error_code unresolved;
  auto target = fs::canonical(path, unresolved);
  return unresolved ? path : target;
}

}  // namespace

std::string temporary_prefix(const fs::path& final_path) {
  constexpr std::size_t most = 200;
  auto name = final_path.filename().string();
  if (name.size() > most) {
    const auto inside_character = [&](std::size_t at) {
      return (static_cast<unsigned char>(name[at]) & 0xC0U) == 0x80U;
    };
    auto end = most;
    while (end > most - 3 && inside_character(end)) --end;
    name.resize(end);
  }
  return "." + name + std::string(mark);
}

TemporaryFile::TemporaryFile(fs::path final_path) : final_path_(resolved(final_path)) {
  for (int attempt = 0; fd_ < 0 && attempt < 100; ++attempt) {
    path_ = temporary_name(final_path_, attempt);
    fd_ = ::open(path_.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (fd_ < 0 && errno != EEXIST) break;
    if (fd_ >= 0 && !lock_new(fd_)) ::close(std::exchange(fd_, -1));
  }
  if (fd_ < 0) fail(path_, "cannot create", errno);
}

TemporaryFile::~TemporaryFile() {
  if (fd_ >= 0) ::close(fd_);
  if (!committed_) discard();
}

void TemporaryFile::discard() const noexcept { ::unlink(path_.c_str()); }

int TemporaryFile::write(std::span<const std::uint8_t> data) {
  const auto size = static_cast<std::int64_t>(data.size());
  while (!data.empty()) {
    const auto written = ::write(fd_, data.data(), data.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return AVERROR(errno);
    if (written == 0) return AVERROR(ENOSPC);
    data = data.subspan(static_cast<std::size_t>(written));
  }
  begin_write_back(size);
  return 0;
}

/// Otherwise commit() would wait until the disk has taken all there is. It is also the one to tell of errors.
void TemporaryFile::begin_write_back(std::int64_t written) {
  resting_ += written;
  if (resting_ < write_back_bytes) return;
  resting_ = 0;
  static_cast<void>(::sync_file_range(fd_, 0, 0, SYNC_FILE_RANGE_WRITE));
}

std::int64_t TemporaryFile::seek(std::int64_t offset, int whence) {
  if ((whence & AVSEEK_SIZE) != 0) {
    struct stat status {};
    return ::fstat(fd_, &status) < 0 ? AVERROR(errno) : status.st_size;
  }
  const auto position = ::lseek(fd_, offset, whence & ~AVSEEK_FORCE);
  return position < 0 ? AVERROR(errno) : position;
}

std::int64_t TemporaryFile::commit(bool overwrite, const std::function<void()>& before_rename) {
  const auto size = seek(0, AVSEEK_SIZE);
  if (size < 0) fail(final_path_, "cannot read its size", AVUNERROR(static_cast<int>(size)));
  if (::fsync(fd_) < 0) fail(final_path_, "cannot write to the disk", errno);
  if (before_rename) before_rename();
  if (overwrite ? ::rename(path_.c_str(), final_path_.c_str()) < 0
                : !rename_without_replacing(path_, final_path_)) {
    if (errno == EEXIST) fail_existing(final_path_);
    fail(final_path_, "cannot give the finished file its name", errno);
  }
  committed_ = true;
  sync_folder_of(final_path_);
  return size;
}

FileIdentity TemporaryFile::identity() const {
  const auto found = identify(fd_);
  if (!found) fail(path_, "cannot read its size", errno);
  return *found;
}

void sweep(std::span<const fs::path> final_paths) {
  std::map<fs::path, std::set<std::string>> folders;
  for (const auto& path : final_paths) {
    const auto final_path = resolved(path);
    folders[folder_of(final_path)].insert(temporary_prefix(final_path));
  }
  for (const auto& [folder, prefixes] : folders) sweep_folder(folder, prefixes);
}

void settle(const fs::path& final_path) {
  const auto path = resolved(final_path);
  sweep({&path, 1});
  if (const int code = sync(path, 0); code != 0) fail(path, "cannot write to the disk", code);
  sync_folder_of(path);
}

}  // namespace mpienc::output
