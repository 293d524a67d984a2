#pragma once

#include <filesystem>

#include "mpienc/av/muxer.hpp"

namespace mpienc::output {

/// A file that is written under a hidden temporary name in the folder of its final one and gets that
/// only in commit(). The destructor removes what was not committed, and the constructor what a killed job left
/// behind for the same name. Errors: Error(output).
class TemporaryFile : public av::ByteSink {
 public:
  explicit TemporaryFile(std::filesystem::path final_path);
  ~TemporaryFile() override;
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;

  int write(std::span<const std::uint8_t> data) override;
  std::int64_t seek(std::int64_t offset, int whence) override;

  /// Syncs file and folder and renames, without a moment in which another file of that name could be
  /// lost unless `overwrite`. Returns the size in bytes.
  std::int64_t commit(bool overwrite);

 private:
  std::filesystem::path final_path_;
  std::filesystem::path path_;
  int fd_ = -1;
};

}  // namespace mpienc::output
