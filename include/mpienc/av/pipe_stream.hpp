#pragma once

#include <cstdint>
#include <filesystem>
#include <stop_token>

extern "C" {
#include <libavformat/avio.h>
}

namespace mpienc::av {

/// A FIFO or a device that is read as it comes: a read waits by poll(2), so that a writer that stalls or
/// never comes keeps nobody when `stop` is asked for. Throws Error(input) where it does not open.
class PipeStream {
 public:
  PipeStream(const std::filesystem::path& file, std::stop_token stop);
  ~PipeStream();
  PipeStream(const PipeStream&) = delete;
  PipeStream& operator=(const PipeStream&) = delete;

  /// Whether reading the file may have to wait for somebody.
  [[nodiscard]] static bool fits(const std::filesystem::path& file);
  [[nodiscard]] AVIOContext* context() const { return context_; }

 private:
  static int read(void* self, std::uint8_t* buffer, int size);

  std::stop_token stop_;
  int fd_ = -1;
  AVIOContext* context_ = nullptr;
};

}  // namespace mpienc::av
