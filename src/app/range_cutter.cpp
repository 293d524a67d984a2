#include "mpienc/app/range_cutter.hpp"

#include <utility>

#include "planned_pcm.hpp"

namespace mpienc::app {

namespace {

/// Samples of a recording that nobody has read yet.
class Ranges {
 public:
  Ranges(FileRange all, const PcmFormat& format) : all_(std::move(all)), block_(format.block_bytes()) {}

  [[nodiscard]] std::int64_t samples() const { return all_.bytes / block_; }
  [[nodiscard]] FileRange part(std::int64_t first, std::int64_t samples) const {
    return {all_.path, all_.file, all_.offset + first * block_, samples * block_};
  }

 private:
  FileRange all_;
  std::int64_t block_;
};

class FlacRangeCutter final : public PcmCutter {
 public:
  FlacRangeCutter(FileRange samples, const encode::FlacRecording& recording)
      : ranges_(std::move(samples), recording.format),
        recording_(recording),
        length_(recording.settings.chunk_samples(recording.format.rate)) {}

  std::optional<PlannedChunk> next(const std::stop_token& stop) override {
    const auto chunk = plan::audio_chunk(next_index_, length_, ranges_.samples());
    if (chunk.samples == 0 || stop.stop_requested()) return std::nullopt;
    ++next_index_;
    return planned_pcm(chunk.index, chunk.first_sample, chunk.samples, recording_.format, flac_sample_pixels,
                       encode::FlacTask{recording_, chunk, ranges_.part(chunk.first_sample, chunk.samples)});
  }

 private:
  Ranges ranges_;
  encode::FlacRecording recording_;
  std::int64_t length_;
  std::int32_t next_index_ = 0;
};

class Mp3RangeCutter final : public PcmCutter {
 public:
  Mp3RangeCutter(FileRange samples, const encode::Mp3Recording& recording, Mp3Stream stream)
      : ranges_(std::move(samples), recording.format),
        recording_(recording),
        stream_(std::move(stream)),
        cutter_(stream_) {}

  std::optional<PlannedChunk> next(const std::stop_token& stop) override {
    if (stop.stop_requested()) return std::nullopt;
    const auto task = cutter_.next(ranges_.samples(), true);
    if (!task) return std::nullopt;
    const auto first = task->first_frame * stream_.samples_per_frame;
    const auto samples = task->last ? ranges_.samples() - first : task->frames * stream_.samples_per_frame;
    return planned_pcm(
        task->index, first, samples, recording_.format, mp3_sample_pixels,
        encode::Mp3PcmTask{recording_, *task, samples, ranges_.part(task->first_sample, task->samples)});
  }

 private:
  Ranges ranges_;
  encode::Mp3Recording recording_;
  Mp3Stream stream_;
  plan::Mp3Cutter cutter_;
};

}  // namespace

std::unique_ptr<PcmCutter> make_flac_range_cutter(FileRange samples, const encode::FlacRecording& recording) {
  return std::make_unique<FlacRangeCutter>(std::move(samples), recording);
}

std::unique_ptr<PcmCutter> make_mp3_range_cutter(FileRange samples, const encode::Mp3Recording& recording,
                                                 const Mp3Stream& stream) {
  return std::make_unique<Mp3RangeCutter>(std::move(samples), recording, stream);
}

}  // namespace mpienc::app
