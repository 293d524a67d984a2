#pragma once

#include <filesystem>
#include <functional>
#include <span>
#include <string>

#include "mpienc/av/muxer.hpp"
#include "mpienc/core/file_identity.hpp"

namespace mpienc::output {

/// A file that is written under a hidden temporary name in the folder of its final one and gets that
/// only in commit(). The destructor removes what was not committed; what a killed job left behind is for
/// sweep(). Errors: Error(output).
class TemporaryFile : public av::ByteSink {
 public:
  explicit TemporaryFile(std::filesystem::path final_path);
  ~TemporaryFile() override;
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;

  int write(std::span<const std::uint8_t> data) override;
  std::int64_t seek(std::int64_t offset, int whence) override;

  /// Syncs file and folder and renames, without a moment in which another file of that name could be
  /// lost unless `overwrite`. `before_rename` is called when all is on disk; what it throws ends the commit.
  /// Returns the size in bytes.
  std::int64_t commit(bool overwrite, const std::function<void()>& before_rename = {});
  /// What it is known by, also under its final name. Error(output).
  [[nodiscard]] FileIdentity identity() const;
  /// Open for reading and writing, for changes in place before commit().
  [[nodiscard]] int descriptor() const { return fd_; }
  /// Takes the temporary name away at once, whatever is under way, from any thread; unless it was renamed.
  void discard() const noexcept;

 private:
  void begin_write_back(std::int64_t written);

  std::filesystem::path final_path_;
  std::filesystem::path path_;
  int fd_ = -1;
  std::int64_t resting_ = 0;  ///< bytes that the system has not been asked to bring to the disk
  bool committed_ = false;
};

/// What the temporary names of that file begin with; behind it come a PID and ".tmp". A long name is cut,
/// between two characters of UTF-8.
[[nodiscard]] std::string temporary_prefix(const std::filesystem::path& final_path);

/// Takes away what killed processes left behind for these names. Each folder is read once.
void sweep(std::span<const std::filesystem::path> final_paths);

/// Ends what a run began that was killed after it had given the file its name: has it on disk and sweeps its
/// temporary name. Error(output).
void settle(const std::filesystem::path& final_path);

}  // namespace mpienc::output
