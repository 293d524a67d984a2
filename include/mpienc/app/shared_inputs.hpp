#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <span>
#include <string>

#include "mpienc/core/file_range.hpp"
#include "mpienc/input/pcm_file.hpp"

namespace mpienc::app {

/// The files that a process reads ranges of, opened and compared with what rank 0 sees once each. Any thread.
/// Error(input) where there is no such file or another one.
class SharedInputs {
 public:
  /// Bytes [from, from + into.size()) of the range.
  void read(const FileRange& range, std::int64_t from, std::span<std::byte> into);
  [[nodiscard]] Bytes read(const FileRange& range);

 private:
  struct Input {
    input::PcmFile file;
    FileFingerprint fingerprint;
  };
  std::shared_ptr<const Input> open(const std::string& path);

  std::mutex mutex_;
  std::map<std::string, std::shared_ptr<const Input>> inputs_;
};

}  // namespace mpienc::app
