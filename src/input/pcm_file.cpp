#include "mpienc/input/pcm_file.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fmt/format.h>

namespace mpienc::input {

PcmFile::PcmFile(const std::filesystem::path& path)
    : name_(path.string()), descriptor_(::open(path.c_str(), O_RDONLY | O_CLOEXEC)) {
  if (descriptor_ < 0) throw Error(ExitStatus::input, fmt::format("{}: {}", name_, std::strerror(errno)));
  struct stat status = {};
  const bool known = ::fstat(descriptor_, &status) == 0;
  if (!known || !S_ISREG(status.st_mode)) {
    ::close(descriptor_);
    throw Error(ExitStatus::input, fmt::format("{}: is no regular file; copy it to a disk first", name_));
  }
  size_ = status.st_size;
  modified_ = std::int64_t{status.st_mtim.tv_sec} * 1'000'000'000 + status.st_mtim.tv_nsec;
}

PcmFile::~PcmFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

PcmFile::PcmFile(PcmFile&& other) noexcept
    : name_(std::move(other.name_)),
      descriptor_(std::exchange(other.descriptor_, -1)),
      size_(other.size_),
      modified_(other.modified_) {}

std::size_t PcmFile::read(std::int64_t offset, std::span<std::byte> into) const {
  std::size_t done = 0;
  while (done < into.size()) {
    const auto got = ::pread(descriptor_, into.data() + done, into.size() - done,
                             offset + static_cast<std::int64_t>(done));
    if (got == 0) break;
    if (got > 0) {
      done += static_cast<std::size_t>(got);
    } else if (errno != EINTR) {
      throw Error(ExitStatus::input,
                  fmt::format("{}: reading failed at byte {}: {}", name_,
                              offset + static_cast<std::int64_t>(done), std::strerror(errno)));
    }
  }
  return done;
}

void PcmFile::read_all(std::int64_t offset, std::span<std::byte> into) const {
  if (read(offset, into) == into.size()) return;
  throw Error(ExitStatus::input,
              fmt::format("{}: became shorter while it was read; start again when nobody writes it", name_));
}

void PcmFile::read_samples(const PcmRegion& region, std::int64_t first, std::span<std::byte> into) const {
  const auto block = static_cast<std::size_t>(region.format.block_bytes());
  const auto samples = static_cast<std::int64_t>(into.size() / block);
  if (into.size() % block != 0 || first < 0 || samples > region.samples || first > region.samples - samples) {
    throw Error(ExitStatus::internal, "samples outside of a file were asked for");
  }
  read_all(region.offset + first * static_cast<std::int64_t>(block), into);
}

PositionedBytes PcmFile::bytes() const {
  return {size_, [this](std::int64_t offset, std::span<std::byte> into) { return read(offset, into); }};
}

}  // namespace mpienc::input
