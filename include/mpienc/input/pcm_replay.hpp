#pragma once

#include <filesystem>
#include <memory>
#include <optional>

#include "mpienc/input/pcm_file.hpp"
#include "mpienc/input/pcm_source.hpp"

namespace mpienc::input {

/// Samples of a recording once more, for a chunk that has to be encoded again: as they lie in the file, else
/// decoded anew up to there. Ranges mostly rise; memory is the longest one that was asked for. One thread.
class PcmReplay {
 public:
  /// Nothing is opened before samples() is called.
  explicit PcmReplay(std::filesystem::path path) : path_(std::move(path)) {}

  /// Throws Error(input) where the input cannot be read again, as a pipe, or is no longer what it was.
  [[nodiscard]] Bytes samples(std::int64_t first, std::int64_t count);

 private:
  void open();
  void decode_until(std::int64_t end, std::int64_t keep_from);

  std::filesystem::path path_;
  std::unique_ptr<PcmSource> source_;
  std::optional<PcmFile> file_;  ///< where the samples lie as they are
  std::int64_t begin_ = 0;       ///< of the first sample in held_
  Bytes held_;
};

}  // namespace mpienc::input
