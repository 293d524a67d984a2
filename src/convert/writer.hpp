#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "mpienc/av/pcm_md5.hpp"
#include "mpienc/convert/format.hpp"
#include "mpienc/convert/song_tags.hpp"
#include "mpienc/input/pcm_source.hpp"

namespace mpienc::convert {

/// What the end of the input tells. The samples and their MD5 are those that were written.
struct Ending {
  std::int64_t samples = 0;
  av::Md5Digest md5{};
  std::string fault;  ///< of the input, in words; empty: none
};

/// One output in the making; nothing of it stays unless it is committed. What it is made from outlives it.
/// Errors are Error. One thread.
class Writer {
 public:
  Writer() = default;
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;
  virtual ~Writer() = default;

  /// Whole samples of all channels.
  virtual void write(std::span<const std::byte> pcm) = 0;
  /// Returns the file's bytes.
  virtual std::int64_t commit(const Ending& ending, bool overwrite) = 0;
};

struct Song {
  const std::filesystem::path& input;
  const input::PcmDescription& about;
  const SongTags& tags;
};

[[nodiscard]] std::unique_ptr<Writer> make_writer(const Format& format, const std::filesystem::path& path,
                                                  const Song& song);
[[nodiscard]] std::unique_ptr<Writer> make_mp3_writer(const Format& format, const std::filesystem::path& path,
                                                      const Song& song);
[[nodiscard]] std::unique_ptr<Writer> make_flac_writer(const Format& format,
                                                       const std::filesystem::path& path, const Song& song);
[[nodiscard]] std::unique_ptr<Writer> make_libavcodec_writer(const Format& format,
                                                             const std::filesystem::path& path,
                                                             const Song& song);
[[nodiscard]] std::unique_ptr<Writer> make_test_writer(const std::filesystem::path& path,
                                                       const input::PcmDescription& about);

}  // namespace mpienc::convert
