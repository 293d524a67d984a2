#include "mpienc/av/pipe_stream.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include <fmt/format.h>

#include "mpienc/core/error.hpp"

extern "C" {
#include <libavutil/error.h>
#include <libavutil/mem.h>
}

namespace mpienc::av {

namespace {

constexpr int look_milliseconds = 50;
constexpr int buffer_size = 1 << 16;

}  // namespace

bool PipeStream::fits(const std::filesystem::path& file) {
  struct stat status {};
  return ::stat(file.c_str(), &status) == 0 && (S_ISFIFO(status.st_mode) || S_ISCHR(status.st_mode));
}

PipeStream::PipeStream(const std::filesystem::path& file, std::stop_token stop) : stop_(std::move(stop)) {
  // Without O_NONBLOCK opening a FIFO waits for its writer.
  fd_ = ::open(file.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  if (fd_ < 0) throw Error(ExitStatus::input, fmt::format("{}: {}", file.string(), std::strerror(errno)));
  auto* buffer = static_cast<unsigned char*>(av_malloc(buffer_size));
  if (buffer != nullptr) {
    context_ = avio_alloc_context(buffer, buffer_size, 0, this, &PipeStream::read, nullptr, nullptr);
  }
  if (context_ == nullptr) {
    av_free(buffer);
    ::close(fd_);
    throw Error(ExitStatus::internal, "out of memory");
  }
}

PipeStream::~PipeStream() {
  av_freep(&context_->buffer);
  avio_context_free(&context_);
  ::close(fd_);
}

int PipeStream::read(void* self, std::uint8_t* buffer, int size) {
  const auto& pipe = *static_cast<PipeStream*>(self);
  while (!pipe.stop_.stop_requested()) {
    pollfd ready{pipe.fd_, POLLIN, 0};
    const int any = ::poll(&ready, 1, look_milliseconds);
    if (any < 0 && errno != EINTR) return AVERROR(errno);
    if (any <= 0) continue;
    const auto got = ::read(pipe.fd_, buffer, static_cast<std::size_t>(size));
    if (got > 0) return static_cast<int>(got);
    if (got == 0) return AVERROR_EOF;
    if (errno != EAGAIN && errno != EINTR) return AVERROR(errno);
  }
  return AVERROR_EXIT;
}

}  // namespace mpienc::av
