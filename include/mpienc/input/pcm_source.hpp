#pragma once

#include <array>
#include <atomic>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "mpienc/core/pcm.hpp"
#include "mpienc/core/tags.hpp"
#include "mpienc/input/pcm_region.hpp"

namespace mpienc::input {

/// What a source tells of its recording.
struct PcmDescription {
  PcmFormat format;
  /// Samples per channel: exact with a region; where a lossless file was compressed, what its container says.
  std::optional<std::int64_t> samples;
  /// Where the samples lie uncompressed, so that any process may read its own range (PcmFile::read_samples).
  std::optional<PcmRegion> region;
  std::int64_t announced = 0;  ///< of a region, by the file's header, which may promise more than there is
  bool truncated = false;      ///< samples are missing; of a decoded source final only at its end
  std::vector<std::string> warnings;  ///< one line each, with the file's name; may grow until the end
  std::int64_t least_samples =
      0;  ///< that must be there at least, by the container of a lossy file; 0: unknown
  std::int64_t likely_samples = 0;  ///< as many as header or bit rate promise, a guess; 0: unknown
  std::string codec;                ///< by libavcodec's name; "pcm" of a region
  std::optional<std::array<std::byte, 16>>
      stored_md5;                  ///< of all samples, where a FLAC file tells it (PcmMd5)
  std::int64_t decode_errors = 0;  ///< packets that could not be decoded, final at the end
  std::vector<Tag> tags;           ///< of WAV (INFO) and AIFF under their own names, else under libavformat's
  std::vector<AttachedPicture> pictures;
};

/// One recording as a stream of interleaved samples in description().format. One thread.
class PcmSource {
 public:
  PcmSource() = default;
  PcmSource(const PcmSource&) = delete;
  PcmSource& operator=(const PcmSource&) = delete;
  virtual ~PcmSource() = default;

  [[nodiscard]] const PcmDescription& description() const { return description_; }
  /// Fills `into`, whole samples of all channels, and returns the bytes written: fewer only at the end, then
  /// 0. Throws Error(input), also where the format changes in the middle.
  [[nodiscard]] virtual std::size_t read(std::span<std::byte> into) = 0;
  /// Up to that many samples per channel in a buffer of their own; empty at the end.
  [[nodiscard]] Bytes next(std::int64_t samples);
  /// Samples per channel that next() has given so far; from any thread.
  [[nodiscard]] std::int64_t given() const { return given_; }

 protected:
  PcmDescription description_;

 private:
  std::atomic<std::int64_t> given_ = 0;
};

/// WAV, RF64, BW64, Wave64 and AIFF of integer samples as they lie in the file; everything else that
/// libavformat opens is decoded by libavcodec, its first usual audio stream. Throws Error(input or codec).
[[nodiscard]] std::unique_ptr<PcmSource> open_pcm_source(const std::filesystem::path& path);

}  // namespace mpienc::input
