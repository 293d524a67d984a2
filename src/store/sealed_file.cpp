#include "sealed_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <utility>

#include "h5_image.hpp"
#include "mpienc/core/checksum.hpp"
#include "mpienc/core/error.hpp"

namespace mpienc::store {

namespace fs = std::filesystem;

namespace {

using Block = std::array<char, h5::Image::block_bytes>;

/// A line of text, which `head -1` shows, and zeros.
Block seal(std::span<const std::byte> content) {
  Block block{};
  std::snprintf(block.data(), block.size(), "mpienc journal file: %zu bytes of HDF5 follow, CRC-32 %08x\n",
                content.size(), crc32(content));
  return block;
}

class Descriptor {
 public:
  Descriptor(const fs::path& path, int flags) : fd_(::open(path.c_str(), flags | O_CLOEXEC, 0666)) {}
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  [[nodiscard]] int get() const { return fd_; }
  [[nodiscard]] bool close() { return ::close(std::exchange(fd_, -1)) == 0; }

 private:
  int fd_;
};

bool write_all(int fd, std::span<const std::byte> data) {
  while (!data.empty()) {
    const auto written = ::write(fd, data.data(), data.size());
    if (written < 0 && errno == EINTR) continue;
    if (written == 0) errno = ENOSPC;
    if (written <= 0) return false;
    data = data.subspan(static_cast<std::size_t>(written));
  }
  return true;
}

bool read_all(int fd, std::span<std::byte> to) {
  while (!to.empty()) {
    const auto got = ::read(fd, to.data(), to.size());
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return false;
    to = to.subspan(static_cast<std::size_t>(got));
  }
  return true;
}

/// Takes a file away unless kept: what could not be completed would fill the disk further.
class Unfinished {
 public:
  explicit Unfinished(const fs::path& path) : path_(path) {}
  ~Unfinished() {
    if (!kept_) ::unlink(path_.c_str());
  }
  Unfinished(const Unfinished&) = delete;
  Unfinished& operator=(const Unfinished&) = delete;
  void keep() { kept_ = true; }

 private:
  const fs::path& path_;
  bool kept_ = false;
};

void write_named(const fs::path& folder, const std::string& name, std::span<const std::byte> content,
                 bool durable) {
  const auto path = folder / temporary_name(name);
  Descriptor file(path, O_WRONLY | O_CREAT | O_TRUNC);
  if (file.get() < 0) fail_in(folder, "cannot create " + name, errno);
  Unfinished unfinished(path);
  if (!write_all(file.get(), content) || (durable && ::fsync(file.get()) < 0) || !file.close()) {
    fail_in(folder, "cannot write " + name, errno);
  }
  if (::rename(path.c_str(), (folder / name).c_str()) < 0) {
    fail_in(folder, "cannot give the finished file its name " + name, errno);
  }
  unfinished.keep();
}

}  // namespace

void fail_in(const fs::path& folder, const std::string& what, int code) {
  if (code == ENOSPC || code == EDQUOT) {
    throw Error(ExitStatus::output, folder.string() + ": no space left; free some or choose another folder");
  }
  throw Error(ExitStatus::output, folder.string() + ": " + what + ": " + std::strerror(code));
}

std::string temporary_name(const std::string& name) { return "." + name + ".tmp"; }

void sync_folder(const fs::path& folder) {
  const Descriptor opened(folder, O_RDONLY | O_DIRECTORY);
  if (opened.get() < 0) fail_in(folder, "cannot open the folder", errno);
  const auto unknown_here = [] { return errno == EINVAL || errno == ENOTSUP || errno == ENOSYS; };
  if (::fsync(opened.get()) < 0 && !unknown_here()) {
    fail_in(folder, "cannot write to the disk", errno);
  }
}

Bytes sealed(Bytes image) {
  const auto block = seal(std::span(image).subspan(h5::Image::block_bytes));
  std::memcpy(image.data(), block.data(), block.size());
  return image;
}

void write_unsynced(const fs::path& folder, const std::string& name, std::span<const std::byte> content) {
  write_named(folder, name, content, false);
}

void write_whole(const fs::path& folder, const std::string& name, std::span<const std::byte> content) {
  write_named(folder, name, content, true);
  sync_folder(folder);
}

void sync_files(const fs::path& folder, const std::vector<std::string>& names) {
  const auto each = [&](auto work) {
    for (const auto& name : names) {
      const Descriptor file(folder / name, O_RDONLY);
      if (file.get() < 0 && errno == ENOENT) continue;
      if (file.get() < 0 || !work(file.get())) fail_in(folder, "cannot write " + name, errno);
    }
  };
  // All are on their way before the first is waited for.
  each([](int file) { return ::sync_file_range(file, 0, 0, SYNC_FILE_RANGE_WRITE) == 0 || errno != EIO; });
  each([](int file) { return ::fsync(file) == 0; });
  if (!names.empty()) sync_folder(folder);
}

std::optional<Bytes> read_sealed(const fs::path& path) {
  const Descriptor file(path, O_RDONLY | O_NONBLOCK);
  struct stat status {};
  if (file.get() < 0 || ::fstat(file.get(), &status) < 0 || !S_ISREG(status.st_mode)) return std::nullopt;
  if (status.st_size < static_cast<off_t>(h5::Image::block_bytes)) return std::nullopt;
  Bytes image(static_cast<std::size_t>(status.st_size));
  if (!read_all(file.get(), image)) return std::nullopt;
  const auto block = seal(std::span(image).subspan(h5::Image::block_bytes));
  if (std::memcmp(image.data(), block.data(), block.size()) != 0) return std::nullopt;
  return image;
}

}  // namespace mpienc::store
