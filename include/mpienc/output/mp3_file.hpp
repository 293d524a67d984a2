#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>

#include "mpienc/core/bytes.hpp"
#include "mpienc/output/mp3_join.hpp"
#include "mpienc/output/mp3_tag.hpp"
#include "mpienc/output/temporary_file.hpp"
#include "mpienc/plan/mp3_chunk.hpp"

namespace mpienc::output {

/// An .mp3 of chunks that come in order: an ID3v2 tag where one is given, LAME's Info frame, the frames.
/// Takes its name in commit(). Memory depends on the chunk, not on the file. Errors: Error(output), and those
/// of Mp3Join.
class Mp3File {
 public:
  /// `id3`: as id3v2_tag() makes it; empty, as with `lame`: none.
  Mp3File(const std::filesystem::path& path, const Mp3Stream& stream, const Bytes& id3 = {});

  /// With Outcome::again nothing was written: the chunk has to come again with more warm-up.
  [[nodiscard]] Mp3Join::Outcome add(const Mp3Chunk& chunk);
  [[nodiscard]] const Mp3Join& join() const { return join_; }
  /// Writes the Info frame and gives the file its name; returns its size. `before_rename` is called when all
  /// is on disk; what it throws ends the commit. Throws Error(internal) before the last chunk was taken.
  std::int64_t commit(bool overwrite, const std::function<void()>& before_rename = {});
  [[nodiscard]] FileIdentity identity() const { return file_.identity(); }
  /// Takes the temporary file away at once, from any thread.
  void discard() const noexcept { file_.discard(); }

 private:
  void write(std::span<const std::byte> bytes);

  std::filesystem::path path_;
  Mp3Join join_;
  Mp3Tag tag_;
  TemporaryFile file_;
  std::int64_t tag_place_ = 0;
  std::size_t tag_bytes_ = 0;
  Bytes lame_tag_;
};

}  // namespace mpienc::output
