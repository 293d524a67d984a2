#include "mpienc/app/pcm_cutter.hpp"

#include <algorithm>
#include <memory>
#include <utility>

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

class Mp3PcmCutter final : public PcmCutter {
 public:
  Mp3PcmCutter(input::PcmSource& source, const Mp3Settings& settings, Mp3Stream stream)
      : source_(source),
        recording_{settings, source.description().format},
        stream_(std::move(stream)),
        cutter_(stream_),
        block_(recording_.format.block_bytes()) {
    hold({});
  }

  std::optional<PlannedChunk> next(const std::stop_token& stop) override {
    for (;;) {
      if (const auto task = cutter_.next(end(), ended_)) return take(*task);
      if (ended_ || stop.stop_requested()) return std::nullopt;
      const auto before = held_.size();
      held_.resize(before + static_cast<std::size_t>(piece * block_));
      const auto got = source_.read(std::span(held_).subspan(before));
      held_.resize(before + got);
      ended_ = got == 0;
    }
  }

 private:
  [[nodiscard]] std::int64_t end() const { return begin_ + std::ssize(held_) / block_; }

  /// The buffer goes to the task as it is; what the next one needs of it is copied.
  PlannedChunk take(const Mp3Task& task) {
    const auto own = task.first_frame * stream_.samples_per_frame;
    const auto next = task.last ? end() : own + task.frames * stream_.samples_per_frame;
    const auto keep_from = task.last ? end() : std::max(begin_, next - plan::mp3_samples_before(stream_));
    const auto buffer = std::make_shared<const Bytes>(std::exchange(held_, {}));
    const auto part = [&](std::int64_t first, std::int64_t samples) {
      return std::span(*buffer).subspan(static_cast<std::size_t>((first - begin_) * block_),
                                        static_cast<std::size_t>(samples * block_));
    };
    encode::Mp3PcmTask with_pcm{recording_, task, next - own,
                                SharedBytes(buffer, part(task.first_sample, task.samples))};
    const auto end_held = begin_ + std::ssize(*buffer) / block_;
    hold(part(keep_from, end_held - keep_from));
    begin_ = keep_from;
    return planned_pcm(task.index, own, next - own, recording_.format, mp3_sample_pixels,
                       std::move(with_pcm));
  }

  /// With room for a task, so that no sample is moved when more are read.
  void hold(std::span<const std::byte> pcm) {
    const auto frames = plan::mp3_chunk_frames + plan::mp3_frame_period;
    const auto samples = frames * stream_.samples_per_frame + plan::mp3_samples_before(stream_) + 2 * piece;
    held_.reserve(static_cast<std::size_t>(samples * block_));
    held_.assign(pcm.begin(), pcm.end());
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
