#include "isolated_files.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include <fmt/format.h>

#include "mpienc/core/error.hpp"

namespace mpienc::encode {

namespace {

constexpr int above_a_childs = 16;

[[noreturn]] void refuse(const char* what, int code) {
  throw Error(ExitStatus::internal,
              fmt::format("{} for a chunk in a process of its own failed: {}; use fewer lanes "
                          "(--lanes)",
                          what, std::strerror(code)));
}

}  // namespace

OwnedFile& OwnedFile::operator=(OwnedFile&& other) noexcept {
  std::swap(fd_, other.fd_);
  return *this;
}

OwnedFile::~OwnedFile() {
  if (fd_ >= 0) ::close(fd_);
}

OwnedFile make_memory_file(const char* name) {
  const OwnedFile low(::memfd_create(name, MFD_CLOEXEC));
  if (!low.open()) refuse("memory", errno);
  OwnedFile file(::fcntl(low.get(), F_DUPFD_CLOEXEC, above_a_childs));
  if (!file.open()) refuse("memory", errno);
  return file;
}

MappedFile::MappedFile(int fd, std::size_t size, bool writable) : size_(size) {
  data_ = ::mmap(nullptr, size, writable ? PROT_READ | PROT_WRITE : PROT_READ, MAP_SHARED, fd, 0);
  if (data_ == MAP_FAILED) refuse("memory", errno);
}

MappedFile::~MappedFile() { ::munmap(data_, size_); }

std::size_t size_of_file(int fd) {
  struct stat status {};
  if (::fstat(fd, &status) < 0) refuse("its file", errno);
  return static_cast<std::size_t>(status.st_size);
}

void write_at(int fd, std::size_t offset, std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const auto written = ::pwrite(fd, bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) refuse("memory", errno);
    offset += static_cast<std::size_t>(written);
    bytes = bytes.subspan(static_cast<std::size_t>(written));
  }
}

}  // namespace mpienc::encode
