#include "mpienc/av/demuxer.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <string_view>
#include <utility>

#include <unistd.h>

#include <fmt/format.h>

#include "mpienc/av/error.hpp"

namespace mpienc::av {

namespace {

void check_readable(const std::filesystem::path& file) {
  std::error_code ignored;
  if (std::filesystem::is_directory(file, ignored)) {
    throw Error(ExitStatus::input, fmt::format("{}: is a folder; name the files in it", file.string()));
  }
  if (::access(file.c_str(), R_OK) != 0) {
    throw Error(ExitStatus::input, fmt::format("{}: {}", file.string(), std::strerror(errno)));
  }
}

/// Only what the user named is opened: a playlist could have any file of this machine or network read.
int open_named(AVFormatContext* context, AVIOContext** io, const char* url, int flags,
               AVDictionary** options) {
  if (context->url == nullptr || std::string_view(url) != context->url) return AVERROR(EPERM);
  return avio_open2(io, url, flags, &context->interrupt_callback, options);
}

AVFormatContext* allocate(ProbeLimits limits) {
  auto* context = avformat_alloc_context();
  if (context == nullptr) throw Error(ExitStatus::internal, "out of memory");
  context->io_open = open_named;
  context->probesize = limits.bytes;
  context->max_analyze_duration = limits.microseconds;
  return context;
}

}  // namespace

Demuxer::Demuxer(const std::filesystem::path& file, std::stop_token stop)
    : stop_(std::make_unique<std::stop_token>(std::move(stop))) {
  check_readable(file);
  const ProbeLimits limits;
  if (PipeStream::fits(file)) pipe_ = std::make_unique<PipeStream>(file, *stop_);
  context_ = allocate(limits);
  context_->interrupt_callback = {
      [](void* token) { return static_cast<std::stop_token*>(token)->stop_requested() ? 1 : 0; },
      stop_.get()};
  if (pipe_) context_->pb = pipe_->context();
  const std::string url = "file:" + file.string();
  if (const int code = avformat_open_input(&context_, url.c_str(), nullptr, nullptr); code < 0) {
    throw Error(ExitStatus::input,
                fmt::format("{}: not a media file that can be read ({})", file.string(), describe(code)));
  }
  find_streams(file.string());
}

Demuxer::Demuxer(const std::vector<std::filesystem::path>& files, const std::string& format,
                 std::int64_t offset, ProbeLimits limits) {
  for (const auto& file : files) check_readable(file);
  bytes_ = std::make_unique<ByteStream>(files, offset);
  context_ = allocate(limits);
  context_->pb = bytes_->context();
  const auto name = files.front().string();
  if (const int code = avformat_open_input(&context_, nullptr, av_find_input_format(format.c_str()), nullptr);
      code < 0) {
    throw Error(ExitStatus::input,
                fmt::format("{}: not a media file that can be read ({})", name, describe(code)));
  }
  find_streams(name);
}

Demuxer::~Demuxer() {
  if (context_ != nullptr) avformat_close_input(&context_);
}

Demuxer::Demuxer(Demuxer&& other) noexcept
    : bytes_(std::move(other.bytes_)),
      pipe_(std::move(other.pipe_)),
      stop_(std::move(other.stop_)),
      context_(std::exchange(other.context_, nullptr)),
      size_(other.size_),
      truncated_(other.truncated_) {}

void Demuxer::find_streams(const std::string& name) {
  if (const int code = avformat_find_stream_info(context_, nullptr); code < 0) {
    const auto line = fmt::format("{}: its streams cannot be read ({})", name, describe(code));
    avformat_close_input(&context_);
    throw Error(ExitStatus::input, line);
  }
  size_ = context_->pb != nullptr ? std::max<std::int64_t>(0, avio_size(context_->pb)) : 0;
}

bool Demuxer::read(AVPacket& packet) {
  constexpr int patience = 100;
  for (int attempt = 0; attempt < patience; ++attempt) {
    const int code = av_read_frame(context_, &packet);
    if (code >= 0) return true;
    const int error = context_->pb != nullptr ? context_->pb->error : 0;
    if (error < 0 && error != AVERROR_EOF) {
      throw Error(ExitStatus::input, fmt::format("reading the input failed: {}", describe(error)));
    }
    if (code == AVERROR_EOF) return false;
    if (code != AVERROR(EAGAIN)) {
      truncated_ = true;
      return false;
    }
  }
  truncated_ = true;
  return false;
}

bool Demuxer::is_byte_stream() const {
  constexpr std::array<std::string_view, 9> names = {"mpeg", "mpegts", "mpegvideo", "h264", "hevc",
                                                     "m4v",  "mp3",    "ac3",       "aac"};
  return std::ranges::find(names, std::string_view(context_->iformat->name)) != names.end();
}

}  // namespace mpienc::av
