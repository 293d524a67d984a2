#include <optional>
#include <utility>

#include "mpienc/encode/mp3_encoder.hpp"
#include "mpienc/output/id3.hpp"
#include "mpienc/output/mp3_file.hpp"
#include "stereo_mix.hpp"
#include "tag_names.hpp"
#include "writer.hpp"

namespace mpienc::convert {

namespace {

constexpr std::int32_t most_channels = 2;

/// One encoder from start to end, so the bytes are those of `lame`.
class Mp3Writer final : public Writer {
 public:
  Mp3Writer(const Format& format, const std::filesystem::path& path, const Song& song)
      : mix_(song.about.format.channels > most_channels ? std::make_optional<StereoMix>(song.about.format)
                                                        : std::nullopt),
        encoder_(format.mp3, mix_ ? mix_->format() : song.about.format),
        file_(path, in_one_piece(encoder_.stream()), output::id3v2_tag(song.tags.tags, song.tags.pictures)),
        dropped_(static_cast<std::size_t>(encoder_.stream().tag_bytes())) {}

  void write(std::span<const std::byte> pcm) override {
    if (mix_) {
      encoder_.write(mix_->mixed(pcm), encoded_);
    } else {
      encoder_.write(pcm, encoded_);
    }
    if (encoded_.size() > dropped_) give(false);
  }

  std::int64_t commit(const Ending&, bool overwrite) override {
    encoder_.finish(encoded_);
    give(true);
    return file_.commit(overwrite);
  }

 private:
  static Mp3Stream in_one_piece(Mp3Stream stream) {
    stream.joining = Mp3Joining::whole;
    return stream;
  }

  void give(bool last) {
    Mp3Chunk chunk;
    chunk.index = next_index_++;
    chunk.last = last;
    const auto dropped = static_cast<std::ptrdiff_t>(std::exchange(dropped_, 0));
    chunk.data.assign(encoded_.begin() + dropped, encoded_.end());
    encoded_.clear();
    if (last) {
      chunk.tag = encoder_.tag();
      chunk.padding = encoder_.padding();
    }
    static_cast<void>(file_.add(chunk));
  }

  std::optional<StereoMix> mix_;
  encode::Mp3Encoder encoder_;
  output::Mp3File file_;
  Bytes encoded_;
  std::size_t dropped_;  ///< the bytes that LAME keeps free for its Info frame, which the file writes
  std::int32_t next_index_ = 0;
};

}  // namespace

std::unique_ptr<Writer> make_mp3_writer(const Format& format, const std::filesystem::path& path,
                                        const Song& song) {
  return std::make_unique<Mp3Writer>(format, path, song);
}

}  // namespace mpienc::convert
