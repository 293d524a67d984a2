#include "mpienc/app/pcm_cutter.hpp"

#include <algorithm>
#include <utility>

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

class Mp3PcmCutter final : public PcmCutter {
 public:
  Mp3PcmCutter(input::PcmSource& source, const Mp3Settings& settings, Mp3Stream stream)
      : source_(source),
        recording_{settings, source.description().format},
        stream_(std::move(stream)),
        cutter_(stream_),
        block_(recording_.format.block_bytes()) {}

  std::optional<PlannedChunk> next(const std::stop_token& stop) override {
    for (;;) {
      if (const auto task = cutter_.next(end(), ended_)) return take(*task);
      if (ended_ || stop.stop_requested()) return std::nullopt;
      const auto more = source_.next(piece);
      held_.insert(held_.end(), more.begin(), more.end());
      ended_ = more.empty();
    }
  }

 private:
  [[nodiscard]] std::int64_t end() const { return begin_ + std::ssize(held_) / block_; }

  PlannedChunk take(const Mp3Task& task) {
    const auto from = held_.begin() + (task.first_sample - begin_) * block_;
    const auto own = task.first_frame * stream_.samples_per_frame;
    const auto next = task.last ? end() : own + task.frames * stream_.samples_per_frame;
    encode::Mp3PcmTask with_pcm{recording_, task, next - own, {from, from + task.samples * block_}};
    drop_until(task.last ? end() : std::max(begin_, next - plan::mp3_samples_before(stream_)));
    return planned(task.index, own, next - own, recording_.format, mp3_sample_pixels, std::move(with_pcm));
  }

  void drop_until(std::int64_t sample) {
    held_.erase(held_.begin(), held_.begin() + (sample - begin_) * block_);
    begin_ = sample;
  }

  input::PcmSource& source_;
  encode::Mp3Recording recording_;
  Mp3Stream stream_;
  plan::Mp3Cutter cutter_;
  std::int64_t block_;
  std::int64_t begin_ = 0;  ///< of the first sample in held_
  Bytes held_;
  bool ended_ = false;
};

}  // namespace

std::unique_ptr<PcmCutter> make_flac_cutter(input::PcmSource& source, const encode::FlacSettings& settings) {
  return std::make_unique<FlacCutter>(source, settings);
}

std::unique_ptr<PcmCutter> make_mp3_cutter(input::PcmSource& source, const Mp3Settings& settings,
                                           const Mp3Stream& stream) {
  return std::make_unique<Mp3PcmCutter>(source, settings, stream);
}

}  // namespace mpienc::app
