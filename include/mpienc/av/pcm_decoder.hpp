#pragma once

#include <array>
#include <filesystem>
#include <optional>
#include <span>
#include <vector>

#include "mpienc/av/audio_metadata.hpp"
#include "mpienc/av/audio_resampler.hpp"
#include "mpienc/av/demuxer.hpp"
#include "mpienc/core/pcm.hpp"
#include "mpienc/core/tags.hpp"

namespace mpienc::av {

/// A file's first usual audio stream, decoded to interleaved integers and trimmed of encoder delay and
/// padding by libavcodec. Integers keep the source's depth; floating point becomes 24 bits where the codec is
/// lossless and 16 where it is not, by libswresample without dither. One thread.
class PcmDecoder {
 public:
  /// Throws Error(input) for what is unreadable or holds no audio that can be decoded, Error(codec) where
  /// there is no decoder.
  explicit PcmDecoder(const std::filesystem::path& file);

  [[nodiscard]] const PcmFormat& format() const { return format_; }
  /// Per channel, as the container says: of lossless codecs only, as that of others counts padding.
  [[nodiscard]] std::optional<std::int64_t> samples() const;
  /// That a lossy stream must give out at least, by its MP4's tables; 0 elsewhere.
  [[nodiscard]] std::int64_t least_samples() const;
  /// As many as libavformat promises, by a header or by its guess at the bit rate; 0 where it does not.
  [[nodiscard]] std::int64_t likely_samples() const {
    return av::likely_samples(demuxer_, stream(), format_.rate);
  }
  /// By libavcodec's name of it.
  [[nodiscard]] std::string codec() const { return avcodec_get_name(decoder_->codec_id); }
  /// Of all samples as PcmMd5 takes it, from a FLAC file's STREAMINFO; nothing where that has none.
  [[nodiscard]] std::optional<std::array<std::byte, 16>> stored_md5() const;
  /// By libavformat's names, the file's first.
  [[nodiscard]] std::vector<Tag> tags() const { return tags_of(demuxer_, stream()); }
  [[nodiscard]] std::vector<AttachedPicture> pictures() const { return pictures_of(demuxer_); }

  /// Whole samples of all channels into `into`; returns bytes, fewer only at the end. Throws Error(input)
  /// where the format changes.
  [[nodiscard]] std::size_t read(std::span<std::byte> into);
  /// Packets that could not be decoded and whose samples are missing; final at the end. What fails before the
  /// first sample of a lossy codec, and a packet or two after its last one, are tags and junk.
  [[nodiscard]] std::int64_t errors() const;
  [[nodiscard]] static std::string contradiction() { return {}; }  ///< as FlacDecoder tells it
  [[nodiscard]] bool truncated() const { return demuxer_.truncated(); }

 private:
  [[nodiscard]] bool fill();
  void send_packet();
  void count_error(int code, const AVPacket* packet);
  [[noreturn]] void refuse_change(const std::string& now) const;
  void take_frame();
  [[nodiscard]] const AVStream& stream() const { return *demuxer_.format().streams[stream_]; }
  [[nodiscard]] bool lossless() const;
  [[nodiscard]] PcmFormat format_of(const AudioFormat& audio) const;

  std::string name_;
  Demuxer demuxer_;
  int stream_ = -1;
  CodecContext decoder_;
  std::optional<AudioResampler> to_integers_;
  PcmFormat format_;
  Frame frame_;
  int used_ = 0;  ///< samples of frame_ that are read
  std::int64_t samples_out_ = 0;
  std::int64_t errors_ = 0;
  std::int64_t errors_since_ = 0;  ///< the last frame
  bool draining_ = false;
};

}  // namespace mpienc::av
