#include "mpienc/av/byte_stream.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>

#include <fmt/format.h>

#include "mpienc/core/error.hpp"

extern "C" {
#include <libavutil/error.h>
#include <libavutil/mem.h>
}

namespace mpienc::av {

ByteStream::ByteStream(const std::vector<std::filesystem::path>& files, std::int64_t offset)
    : base_(offset), position_(offset) {
  for (const auto& path : files) {
    Part part{std::ifstream(path, std::ios::binary), size_, size_};
    if (!part.file) {
      throw Error(ExitStatus::input, fmt::format("{}: {}", path.string(), std::strerror(errno)));
    }
    size_ += static_cast<std::int64_t>(std::filesystem::file_size(path));
    part.end = size_;
    parts_.push_back(std::move(part));
  }
  constexpr int buffer_size = 1 << 18;
  auto* buffer = static_cast<unsigned char*>(av_malloc(buffer_size));
  if (buffer != nullptr) {
    context_ =
        avio_alloc_context(buffer, buffer_size, 0, this, &ByteStream::read, nullptr, &ByteStream::seek);
  }
  if (context_ == nullptr) {
    av_free(buffer);
    throw Error(ExitStatus::internal, "out of memory");
  }
}

ByteStream::~ByteStream() {
  av_freep(&context_->buffer);
  avio_context_free(&context_);
}

int ByteStream::read(void* self, std::uint8_t* buffer, int size) {
  auto& stream = *static_cast<ByteStream*>(self);
  const auto part = std::ranges::upper_bound(stream.parts_, stream.position_, {}, &Part::end);
  if (part == stream.parts_.end()) return AVERROR_EOF;
  const auto wanted = std::min<std::int64_t>(size, part->end - stream.position_);
  part->file.clear();
  part->file.seekg(stream.position_ - part->begin);
  part->file.read(reinterpret_cast<char*>(buffer), wanted);
  const auto got = part->file.gcount();
  if (got == 0) return AVERROR(EIO);
  stream.position_ += got;
  return static_cast<int>(got);
}

std::int64_t ByteStream::seek(void* self, std::int64_t offset, int whence) {
  auto& stream = *static_cast<ByteStream*>(self);
  const auto length = stream.size_ - stream.base_;
  switch (whence & ~AVSEEK_FORCE) {
    case AVSEEK_SIZE: return length;
    case SEEK_SET: break;
    case SEEK_CUR: offset += stream.position_ - stream.base_; break;
    case SEEK_END: offset += length; break;
    default: return AVERROR(EINVAL);
  }
  if (offset < 0) return AVERROR(EINVAL);
  stream.position_ = stream.base_ + offset;
  return offset;
}

}  // namespace mpienc::av
