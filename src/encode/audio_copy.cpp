#include <limits>

#include "mpienc/encode/audio_paths.hpp"

namespace mpienc::encode {
namespace {

class CopiedAudio final : public AudioTrack::Path {
 public:
  CopiedAudio(const av::Stream& source, AudioTrack::Sink sink) : sink_(std::move(sink)) {
    stream_.parameters = av::clone(*source.parameters);
    stream_.parameters->codec_tag = 0;
    stream_.time_base = source.time_base;
    stream_.metadata = source.metadata;
    stream_.disposition = source.disposition;
    stream_.side_data = source.side_data;
  }

  [[nodiscard]] const av::Stream& stream() const override { return stream_; }

  void push(const AVPacket& source) override {
    av::Packet packet = av::clone(source);
    if (packet->pts == AV_NOPTS_VALUE) packet->pts = packet->dts;
    if (packet->pts == AV_NOPTS_VALUE) packet->pts = next_;
    if (packet->dts == AV_NOPTS_VALUE) packet->dts = packet->pts;
    const bool first = last_dts_ == std::numeric_limits<Ticks>::min();
    if (!first && packet->dts <= last_dts_) {
      const int rate = stream_.parameters->sample_rate;
      if (rate > 0) counts.samples_dropped += rescale(packet->duration, stream_.time_base, {1, rate});
      return;
    }
    last_dts_ = packet->dts;
    next_ = packet->pts + packet->duration;
    sink_(std::move(packet));
  }

  void advance(Ticks) override {}
  std::optional<Bytes> finish() override { return std::nullopt; }

 private:
  AudioTrack::Sink sink_;
  av::Stream stream_;
  Ticks last_dts_ = std::numeric_limits<Ticks>::min();
  Ticks next_ = 0;
};

}  // namespace

std::unique_ptr<AudioTrack::Path> make_copied_audio(const av::Stream& source, AudioTrack::Sink sink) {
  return std::make_unique<CopiedAudio>(source, std::move(sink));
}

}  // namespace mpienc::encode
