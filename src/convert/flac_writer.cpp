#include <algorithm>

#include "mpienc/convert/flac_source_head.hpp"
#include "mpienc/encode/flac_chunk.hpp"
#include "mpienc/output/flac_file.hpp"
#include "mpienc/plan/audio_chunk.hpp"
#include "writer.hpp"

namespace mpienc::convert {

namespace {

class FlacWriter final : public Writer {
 public:
  FlacWriter(const encode::FlacSettings& settings, const std::filesystem::path& path, const Song& song)
      : settings_(settings),
        format_(song.about.format),
        chunk_bytes_(static_cast<std::size_t>(settings.chunk_samples(format_.rate) * format_.block_bytes())),
        file_(path,
              flac_source_head(settings, song.input, song.about, song.tags.tags, song.tags.pictures).head) {}

  void write(std::span<const std::byte> pcm) override {
    while (!pcm.empty()) {
      const auto part = pcm.first(std::min(pcm.size(), chunk_bytes_ - pending_.size()));
      pending_.insert(pending_.end(), part.begin(), part.end());
      pcm = pcm.subspan(part.size());
      if (pending_.size() == chunk_bytes_) encode();
    }
  }

  std::int64_t commit(const Ending& ending, bool overwrite) override {
    if (!pending_.empty()) encode();
    return file_.commit(ending.md5, overwrite);
  }

 private:
  void encode() {
    const auto samples = static_cast<std::int64_t>(pending_.size()) / format_.block_bytes();
    const AudioChunk chunk{next_index_, next_index_ * settings_.chunk_samples(format_.rate), samples};
    file_.append(encode::encode_flac_chunk(settings_, format_, chunk, pending_, {}));
    ++next_index_;
    pending_.clear();
  }

  encode::FlacSettings settings_;
  PcmFormat format_;
  std::size_t chunk_bytes_;
  output::FlacFile file_;
  Bytes pending_;
  std::int32_t next_index_ = 0;
};

}  // namespace

std::unique_ptr<Writer> make_flac_writer(const Format& format, const std::filesystem::path& path,
                                         const Song& song) {
  encode::check_flac(format.flac, song.about.format);
  return std::make_unique<FlacWriter>(format.flac, path, song);
}

}  // namespace mpienc::convert
