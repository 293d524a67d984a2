#pragma once

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <memory>
#include <vector>

extern "C" {
#include <libavformat/avio.h>
}

namespace mpienc::av {

/// Several files read as one run of bytes, as a DVD's VOBs are: a picture may begin in one file and end
/// in the next. `offset`: where reading begins. Throws Error(input) for a file that does not open.
class ByteStream {
 public:
  explicit ByteStream(const std::vector<std::filesystem::path>& files, std::int64_t offset = 0);
  ~ByteStream();
  ByteStream(const ByteStream&) = delete;
  ByteStream& operator=(const ByteStream&) = delete;

  [[nodiscard]] AVIOContext* context() const { return context_; }
  [[nodiscard]] std::int64_t size() const { return size_; }

 private:
  struct Part {
    std::ifstream file;
    std::int64_t begin = 0;
    std::int64_t end = 0;
  };
  static int read(void* self, std::uint8_t* buffer, int size);
  static std::int64_t seek(void* self, std::int64_t offset, int whence);

  std::vector<Part> parts_;
  std::int64_t base_ = 0;
  std::int64_t position_ = 0;
  std::int64_t size_ = 0;
  AVIOContext* context_ = nullptr;
};

}  // namespace mpienc::av
