#include "journal_folder.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <fstream>
#include <string_view>

#include "mpienc/core/error.hpp"
#include "sealed_file.hpp"

namespace mpienc::store {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view chunk_prefix = "chunk-", suffix = ".h5";

bool is_chunk_name(std::string_view name) {
  if (!name.starts_with(chunk_prefix) || !name.ends_with(suffix)) return false;
  if (name.size() < chunk_prefix.size() + 6 + suffix.size()) return false;
  name.remove_prefix(chunk_prefix.size());
  name.remove_suffix(suffix.size());
  return name.find_first_not_of("0123456789") == std::string_view::npos;
}

bool is_temporary_name(const std::string& name) {
  const auto ends = temporary_name("");
  if (name.size() < ends.size() || !name.starts_with('.')) return false;
  const auto final_name = name.substr(1, name.size() - ends.size());
  return name == temporary_name(final_name) && (final_name == journal_job_name || is_chunk_name(final_name));
}

/// A journal's files begin with their seal, those of other programs almost always with this.
bool is_plain_hdf5(const fs::path& path) {
  constexpr std::string_view signature = "\x89HDF\r\n\x1a\n";
  std::array<char, signature.size()> first{};
  std::ifstream(path, std::ios::binary).read(first.data(), first.size());
  return std::ranges::equal(first, signature);
}

void add(JournalListing& listing, const fs::directory_entry& entry) {
  const auto name = entry.path().filename().string();
  std::error_code unknown;
  const bool file = entry.is_regular_file(unknown) && !entry.is_symlink(unknown);
  if (file && is_chunk_name(name)) {
    listing.chunks.push_back(entry.path());
  } else if (file && is_temporary_name(name)) {
    listing.temporaries.push_back(entry.path());
  } else if (file && name == journal_job_name && !is_plain_hdf5(entry.path())) {
    listing.job = true;
  } else if (file && name == journal_open_name) {
    listing.open = true;
  } else if (!file || name != journal_lock_name) {
    listing.others = true;
  }
}

/// Whether the path still leads to the open file: a job that ends takes its lock's file away.
bool leads_to(const fs::path& path, int fd) {
  struct stat named {
  }, opened{};
  return ::stat(path.c_str(), &named) == 0 && ::fstat(fd, &opened) == 0 && named.st_dev == opened.st_dev &&
         named.st_ino == opened.st_ino;
}

}  // namespace

std::string journal_chunk_name(int chunk) {
  auto digits = std::to_string(chunk);
  digits.insert(0, 6 - std::min<std::size_t>(6, digits.size()), '0');
  return std::string(chunk_prefix) + digits + std::string(suffix);
}

JournalListing list_journal(const fs::path& folder) {
  JournalListing listing;
  std::error_code failed;
  fs::directory_iterator at(folder, failed);
  for (; !failed && at != fs::directory_iterator(); at.increment(failed)) add(listing, *at);
  if (failed) fail_in(folder, "cannot read the folder", failed.value());
  return listing;
}

void make_journal_folder(const fs::path& folder) {
  if (::mkdir(folder.c_str(), 0777) == 0) return sync_folder(folder / "..");
  const int code = errno;
  std::error_code unknown;
  if (fs::is_directory(folder, unknown)) return;
  if (code == EEXIST) {
    throw Error(ExitStatus::output,
                folder.string() + " is a file: a journal is a folder, give --journal another name");
  }
  fail_in(folder, "cannot create the folder", code);
}

void make_journal_open(const fs::path& folder) {
  const int fd =
      ::open((folder / journal_open_name).c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0666);
  if (fd < 0) fail_in(folder, "cannot write into it", errno);
  ::close(fd);
}

JournalLock::JournalLock(const fs::path& folder) {
  const auto path = folder / journal_lock_name;
  do {
    if (fd_ >= 0) ::close(fd_);
    fd_ = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0666);
    if (fd_ < 0) fail_in(folder, "cannot create its lock", errno);
    if (::flock(fd_, LOCK_EX | LOCK_NB) < 0 && errno == EWOULDBLOCK) {
      ::close(fd_);
      throw Error(ExitStatus::output,
                  "another mpienc is at work on this output (journal " + folder.string() + ")");
    }
  } while (!leads_to(path, fd_));
}

JournalLock::~JournalLock() { ::close(fd_); }

}  // namespace mpienc::store
