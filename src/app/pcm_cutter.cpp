#include "mpienc/app/pcm_cutter.hpp"

#include <utility>

#include "mpienc/app/mp3_pcm_cutter.hpp"

namespace mpienc::app {

namespace {

constexpr std::int64_t piece = 1 << 16;

PlannedChunk planned(int index, std::int64_t first, std::int64_t samples, const PcmFormat& format,
                     std::int64_t pixels, encode::Task task) {
  PlannedChunk chunk;
  chunk.chunk.index = index;
  chunk.chunk.first_packet = first;
  chunk.chunk.end_packet = first + samples;
  chunk.chunk.start_seconds = static_cast<double>(first) / format.rate;
  chunk.chunk.end_seconds = static_cast<double>(first + samples) / format.rate;
  chunk.chunk.bytes = std::ssize(encode::pcm_of(task));
  chunk.work = {samples, chunk.chunk.bytes, pixels};
  chunk.task = std::make_shared<const encode::Task>(std::move(task));
  return chunk;
}

class FlacCutter final : public PcmCutter {
 public:
  FlacCutter(input::PcmSource& source, const encode::FlacSettings& settings)
      : source_(source),
        recording_{settings, source.description().format},
        length_(settings.chunk_samples(recording_.format.rate)) {}

  std::optional<PlannedChunk> next(const std::stop_token&) override {
    const auto& format = recording_.format;
    encode::FlacTask task;
    task.recording = recording_;
    task.pcm = source_.next(length_);
    if (task.pcm.empty()) return std::nullopt;
    next_.samples = std::ssize(task.pcm) / format.block_bytes();
    task.chunk = next_;
    ++next_.index;
    next_.first_sample += task.chunk.samples;
    const auto chunk = task.chunk;
    return planned(chunk.index, chunk.first_sample, chunk.samples, format, flac_sample_pixels,
                   std::move(task));
  }

 private:
  input::PcmSource& source_;
  encode::FlacRecording recording_;
  std::int64_t length_;
  AudioChunk next_;
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
      const auto more = source_.next(piece);
      cutter_.add(more);
      ended_ = more.empty();
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
