#include "tag_stream.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <vector>

#include "mpienc/core/error.hpp"

namespace mpienc::convert {

namespace {
constexpr long slice = 1 << 20;
}

void TagStream::check(const std::filesystem::path& name) const {
  if (error_ == 0) return;
  const bool full = error_ == ENOSPC || error_ == EDQUOT;
  throw Error(ExitStatus::output,
              name.string() + (full ? ": no space left; free some or choose another folder"
                                    : ": cannot write its tags: " + std::string(std::strerror(error_))));
}

unsigned long TagStream::get(char* data, unsigned long size, long at) {
  unsigned long done = 0;
  while (done < size) {
    const auto got = ::pread(fd_, data + done, size - done, at + static_cast<long>(done));
    if (got == 0) break;
    if (got > 0) {
      done += static_cast<unsigned long>(got);
    } else if (errno != EINTR) {
      error_ = errno;
      break;
    }
  }
  return done;
}

void TagStream::put(const char* data, unsigned long size, long at) {
  while (size > 0 && error_ == 0) {
    const auto written = ::pwrite(fd_, data, size, at);
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) {
      error_ = written < 0 ? errno : ENOSPC;
      return;
    }
    data += written;
    at += written;
    size -= static_cast<unsigned long>(written);
  }
}

TagLib::ByteVector TagStream::readBlock(unsigned long length) {
  const auto left = static_cast<unsigned long>(std::max(0L, this->length() - position_));
  TagLib::ByteVector data(static_cast<unsigned>(std::min(length, left)), '\0');
  const auto got = get(data.data(), data.size(), position_);
  data.resize(static_cast<unsigned>(got));
  position_ += static_cast<long>(got);
  return data;
}

void TagStream::writeBlock(const TagLib::ByteVector& data) {
  put(data.data(), data.size(), position_);
  position_ += static_cast<long>(data.size());
}

/// Bytes from `from` on to `to`, whichever of them is behind.
void TagStream::move(long from, long to) {
  const long size = std::max(0L, length() - from);
  std::vector<char> held(static_cast<std::size_t>(std::min(slice, size)));
  for (long done = 0; done < size && error_ == 0;) {
    const long part = std::min(slice, size - done);
    const long at = to > from ? size - done - part : done;
    const auto got = get(held.data(), static_cast<unsigned long>(part), from + at);
    put(held.data(), got, to + at);
    done += part;
  }
}

void TagStream::insert(const TagLib::ByteVector& data, unsigned long start, unsigned long replace) {
  const long at = static_cast<long>(start);
  const long old_end = std::min(length(), at + static_cast<long>(replace));
  const long new_end = at + static_cast<long>(data.size());
  const long size = length();
  if (new_end != old_end) move(old_end, new_end);
  if (new_end < old_end) truncate(size - (old_end - new_end));
  put(data.data(), data.size(), at);
  position_ = new_end;
}

void TagStream::removeBlock(unsigned long start, unsigned long length) { insert({}, start, length); }

void TagStream::seek(long offset, Position from) {
  position_ = offset + (from == Current ? position_ : from == End ? length() : 0);
}

long TagStream::length() {
  struct stat status {};
  if (::fstat(fd_, &status) < 0) error_ = errno;
  return static_cast<long>(status.st_size);
}

void TagStream::truncate(long length) {
  if (::ftruncate(fd_, length) < 0) error_ = errno;
}

}  // namespace mpienc::convert
