#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "mpienc/av/byte_stream.hpp"
#include "mpienc/av/handles.hpp"
#include "mpienc/av/pipe_stream.hpp"

namespace mpienc::av {

/// How much of a file is read to learn its streams; VOBs say nothing up front.
struct ProbeLimits {
  std::int64_t bytes = std::int64_t{8} << 20;
  std::int64_t microseconds = 60'000'000;
};

/// An opened container with its streams known. Throws Error(input) with one line for what is missing,
/// unreadable or no media file.
class Demuxer {
 public:
  /// Anything that libavformat opens, one file. After `stop` opening and reading fail instead of waiting for
  /// a pipe or probing on.
  explicit Demuxer(const std::filesystem::path& file, std::stop_token stop = {});
  /// Files as one byte stream from `offset` on, in a known format ("mpeg", "mpegts", ...).
  Demuxer(const std::vector<std::filesystem::path>& files, const std::string& format, std::int64_t offset = 0,
          ProbeLimits limits = {});
  ~Demuxer();
  Demuxer(Demuxer&&) noexcept;
  Demuxer& operator=(Demuxer&&) = delete;

  /// False at the end. A read error before the end counts as damage: reading stops there.
  [[nodiscard]] bool read(AVPacket& packet);
  [[nodiscard]] bool truncated() const { return truncated_; }

  [[nodiscard]] const AVFormatContext& format() const { return *context_; }
  [[nodiscard]] std::string format_name() const { return context_->iformat->name; }
  /// Bytes, or 0 where unknown (a pipe).
  [[nodiscard]] std::int64_t size() const { return size_; }
  /// Whether files of this format may be joined byte by byte: program and transport streams and the
  /// elementary streams.
  [[nodiscard]] bool is_byte_stream() const;
  /// Whether timestamps may restart, wrap or jump in this format.
  [[nodiscard]] bool may_jump() const { return (context_->iformat->flags & AVFMT_TS_DISCONT) != 0; }

 private:
  void find_streams(const std::string& name);

  std::unique_ptr<ByteStream> bytes_;
  std::unique_ptr<PipeStream> pipe_;
  std::unique_ptr<std::stop_token> stop_;  ///< FFmpeg has its address
  AVFormatContext* context_ = nullptr;
  std::int64_t size_ = 0;
  bool truncated_ = false;
};

}  // namespace mpienc::av
