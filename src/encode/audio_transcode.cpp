#include <utility>

#include "mpienc/encode/audio_encoder.hpp"
#include "mpienc/encode/audio_paths.hpp"
#include "mpienc/encode/decoded_audio.hpp"

namespace mpienc::encode {
namespace {

class TranscodedAudio final : public AudioTrack::Path {
 public:
  TranscodedAudio(const av::Stream& source, const AudioSettings& settings, AudioTrack::Sink sink)
      : encoder_(source, settings, std::move(sink)),
        decoded_(
            source, encoder_.format(),
            [this](const AVFrame& frame, int samples, std::int64_t pts) {
              encoder_.write(frame, samples, pts);
            },
            counts) {}

  [[nodiscard]] const av::Stream& stream() const override { return encoder_.stream(); }
  void push(const AVPacket& packet) override { decoded_.push(packet); }
  void advance(Ticks now) override { decoded_.advance(now); }

  std::optional<Bytes> finish() override {
    if (std::exchange(finished_, true)) return std::nullopt;
    decoded_.finish();
    return encoder_.finish();
  }

 private:
  AudioEncoder encoder_;
  DecodedAudio decoded_;
  bool finished_ = false;
};

}  // namespace

std::unique_ptr<AudioTrack::Path> make_transcoded_audio(const av::Stream& source,
                                                        const AudioSettings& settings,
                                                        AudioTrack::Sink sink) {
  return std::make_unique<TranscodedAudio>(source, settings, std::move(sink));
}

}  // namespace mpienc::encode
