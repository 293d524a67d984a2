#include "mpienc/app/whole_mp3.hpp"

#include <utility>

#include "mpienc/encode/mp3_encoder.hpp"

namespace mpienc::app {

namespace {

constexpr std::int64_t block = 1 << 16;

class WholeMp3 final : public PcmCutter {
 public:
  WholeMp3(input::PcmSource& source, const Mp3Settings& settings, ChunkSink& sink)
      : source_(source), encoder_(settings, source.description().format), sink_(sink) {}

  std::optional<PlannedChunk> next(const std::stop_token& stop) override {
    Bytes encoded;
    auto dropped = static_cast<std::size_t>(encoder_.stream().tag_bytes());
    for (auto pcm = source_.next(block); !pcm.empty(); pcm = source_.next(block)) {
      if (stop.stop_requested()) return std::nullopt;
      encoder_.write(pcm, encoded);
      if (encoded.size() > dropped) give(std::exchange(encoded, {}), std::exchange(dropped, 0), false);
    }
    encoder_.finish(encoded);
    give(std::move(encoded), dropped, true);
    return std::nullopt;
  }

 private:
  void give(Bytes encoded, std::size_t dropped, bool last) {
    Mp3Chunk chunk;
    chunk.index = next_index_++;
    chunk.last = last;
    chunk.data.assign(encoded.begin() + static_cast<std::ptrdiff_t>(dropped), encoded.end());
    if (last) {
      chunk.tag = encoder_.tag();
      chunk.padding = encoder_.padding();
    }
    auto result = std::make_shared<ChunkResult>();
    result->index = chunk.index;
    result->data = std::move(chunk);
    sink_.release(std::move(result));
  }

  input::PcmSource& source_;
  encode::Mp3Encoder encoder_;
  ChunkSink& sink_;
  std::int32_t next_index_ = 0;
};

}  // namespace

std::unique_ptr<PcmCutter> encode_whole_mp3(input::PcmSource& source, const Mp3Settings& settings,
                                            ChunkSink& sink) {
  return std::make_unique<WholeMp3>(source, settings, sink);
}

}  // namespace mpienc::app
