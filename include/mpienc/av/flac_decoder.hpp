#pragma once

#include <array>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "mpienc/av/audio_metadata.hpp"
#include "mpienc/core/pcm.hpp"

namespace mpienc::av {

/// A native FLAC file decoded by libFLAC, the reference: all depths up to 32 bits (libavcodec before version
/// 60 has none above 24) and files whose head promises smaller blocks than come. Samples are those of the
/// frames, whatever the head says; damaged frames are left out and counted. One thread.
class FlacDecoder {
 public:
  /// Whether the file begins as native FLAC does, behind ID3v2 tags if any. False for what cannot be read or
  /// is no usual file.
  [[nodiscard]] static bool is_flac(const std::filesystem::path& file);

  /// Throws Error(input) where there is no head or no frame that can be decoded.
  explicit FlacDecoder(const std::filesystem::path& file);
  ~FlacDecoder();
  FlacDecoder(const FlacDecoder&) = delete;
  FlacDecoder& operator=(const FlacDecoder&) = delete;

  [[nodiscard]] const PcmFormat& format() const { return format_; }
  [[nodiscard]] std::string codec() const { return "flac"; }
  /// Per channel, where the head tells.
  [[nodiscard]] std::optional<std::int64_t> samples() const;
  [[nodiscard]] static std::int64_t least_samples() { return 0; }
  [[nodiscard]] std::int64_t likely_samples() const {
    return av::likely_samples(demuxer_, stream(), format_.rate);
  }
  /// Of all samples as PcmMd5 takes it, where the head tells.
  [[nodiscard]] std::optional<std::array<std::byte, 16>> stored_md5() const;
  [[nodiscard]] std::vector<Tag> tags() const { return tags_of(demuxer_, stream()); }
  [[nodiscard]] std::vector<AttachedPicture> pictures() const { return pictures_of(demuxer_); }

  /// Where the head and the frames differ in rate, channels or depth: one line without the file's name; else
  /// empty.
  [[nodiscard]] std::string contradiction() const;

  /// Whole samples of all channels, little-endian, into `into`; returns bytes, fewer only at the end. Throws
  /// Error(input) where the format changes.
  [[nodiscard]] std::size_t read(std::span<std::byte> into);
  /// Places where something could not be decoded; final at the end.
  [[nodiscard]] std::int64_t errors() const;
  [[nodiscard]] static bool truncated() { return false; }  ///< that counts as an error

 private:
  class Frames;

  [[nodiscard]] bool fill();
  [[nodiscard]] const AVStream& stream() const;
  [[nodiscard]] PcmFormat format_of_frame() const;
  void refuse_change() const;

  std::string name_;
  Demuxer demuxer_;
  std::unique_ptr<Frames> frames_;
  PcmFormat format_;
  Bytes block_;             ///< samples of one frame
  std::size_t used_ = 0;    ///< bytes of it that are read
  std::int64_t given_ = 0;  ///< samples per channel in all frames so far
};

}  // namespace mpienc::av
