#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>

#include "mpienc/output/temporary_file.hpp"
#include "mpienc/plan/flac_chunk.hpp"
#include "mpienc/plan/flac_head.hpp"

namespace mpienc::output {

/// A FLAC file from its head and chunks in order. The head is written at once and patched in commit(): frame
/// sizes, samples, MD5, seek points. Not committed: the destructor removes the temporary file. Memory is the
/// head's. Errors: Error(output), Error(internal) for chunks out of order. One thread.
class FlacFile {
 public:
  FlacFile(const std::filesystem::path& path, FlacHead head);

  /// The chunk with the next index, from 0.
  void append(const FlacChunk& chunk);
  /// Of each channel so far.
  [[nodiscard]] std::int64_t samples() const { return samples_; }
  /// `md5` of all samples, see av::PcmMd5. `before_rename` is called when all is on disk; what it throws ends
  /// the commit. Returns the file's size in bytes.
  std::int64_t commit(const std::array<std::byte, 16>& md5, bool overwrite,
                      const std::function<void()>& before_rename = {});
  [[nodiscard]] FileIdentity identity() const { return file_.identity(); }
  /// Takes the temporary file away at once, from any thread.
  void discard() const noexcept { file_.discard(); }

 private:
  void write(std::span<const std::byte> bytes);
  void add_frame(std::uint32_t size, std::int64_t samples);
  void patch_stream_info(const std::array<std::byte, 16>& md5);
  void patch_seek_table();

  std::filesystem::path path_;
  FlacHead head_;
  TemporaryFile file_;
  std::int32_t next_chunk_ = 0;
  std::int32_t next_seek_point_ = 0;
  std::uint32_t smallest_frame_ = 0xFFFFFF, largest_frame_ = 0;
  std::int64_t samples_ = 0;
  std::int64_t frame_bytes_ = 0;
};

}  // namespace mpienc::output
