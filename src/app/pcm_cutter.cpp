#include "mpienc/app/pcm_cutter.hpp"

#include <memory>
#include <utility>

#include "mpienc/app/mp3_pcm_cutter.hpp"
#include "planned_pcm.hpp"

namespace mpienc::app {

namespace {

constexpr std::int64_t piece = 1 << 16;

class FlacCutter final : public PcmCutter {
 public:
  FlacCutter(input::PcmSource& source, const encode::FlacSettings& settings)
      : source_(source),
        recording_{settings, source.description().format},
        length_(settings.chunk_samples(recording_.format.rate)) {}

  std::optional<PlannedChunk> next(const std::stop_token&) override {
    const auto& format = recording_.format;
    auto pcm = source_.next(length_);
    if (pcm.empty()) return std::nullopt;
    const AudioChunk chunk{next_index_++, next_sample_, std::ssize(pcm) / format.block_bytes()};
    next_sample_ += chunk.samples;
    return planned_pcm(chunk.index, chunk.first_sample, chunk.samples, format, flac_sample_pixels,
                       encode::FlacTask{recording_, chunk, SharedBytes(std::move(pcm))});
  }

 private:
  input::PcmSource& source_;
  encode::FlacRecording recording_;
  std::int64_t length_;
  std::int32_t next_index_ = 0;
  std::int64_t next_sample_ = 0;
};

class Mp3RecordingCutter final : public PcmCutter {
 public:
  Mp3RecordingCutter(input::PcmSource& source, const Mp3Settings& settings, const Mp3Stream& stream)
      : source_(source),
        cutter_({settings, source.description().format}, stream, plan::mp3_chunk_frames, mp3_sample_pixels) {}

  std::optional<PlannedChunk> next(const std::stop_token& stop) override {
    for (;;) {
      if (auto cut = cutter_.next()) {
        cut->plan.task = std::make_shared<const encode::Task>(std::move(cut->task));
        return std::move(cut->plan);
      }
      if (ended_ || stop.stop_requested()) return std::nullopt;
      ended_ = cutter_.read(piece, [&](std::span<std::byte> into) { return source_.read(into); }) == 0;
      if (ended_) cutter_.end();
    }
  }

 private:
  input::PcmSource& source_;
  Mp3PcmCutter cutter_;
  bool ended_ = false;
};

}  // namespace

std::unique_ptr<PcmCutter> make_flac_cutter(input::PcmSource& source, const encode::FlacSettings& settings) {
  return std::make_unique<FlacCutter>(source, settings);
}

std::unique_ptr<PcmCutter> make_mp3_cutter(input::PcmSource& source, const Mp3Settings& settings,
                                           const Mp3Stream& stream) {
  return std::make_unique<Mp3RecordingCutter>(source, settings, stream);
}

}  // namespace mpienc::app
