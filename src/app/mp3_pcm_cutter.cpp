#include "mpienc/app/mp3_pcm_cutter.hpp"

#include <algorithm>
#include <utility>

#include "mpienc/app/pcm_cutter.hpp"

namespace mpienc::app {

Mp3PcmCutter::Mp3PcmCutter(encode::Mp3Recording recording, const Mp3Stream& stream, std::int64_t chunk_frames,
                           std::int64_t pixels)
    : recording_(std::move(recording)),
      stream_(stream),
      cutter_(stream, chunk_frames),
      block_(recording_.format.block_bytes()),
      pixels_(pixels) {}

std::optional<CutChunk> Mp3PcmCutter::next() {
  const auto task = cutter_.next(samples(), ended_);
  return task ? std::optional(take(*task)) : std::nullopt;
}

CutChunk Mp3PcmCutter::take(const Mp3Task& task) {
  const auto from = held_.begin() + (task.first_sample - begin_) * block_;
  const auto own = task.first_frame * stream_.samples_per_frame;
  const auto next = task.last ? samples() : own + task.frames * stream_.samples_per_frame;
  CutChunk cut;
  cut.task = encode::Mp3PcmTask{.recording = recording_,
                                .task = task,
                                .own_samples = next - own,
                                .pcm = {from, from + task.samples * block_}};
  auto& chunk = cut.plan.chunk;
  chunk.index = task.index;
  chunk.first_packet = packets(own);
  chunk.end_packet = packets(next);
  chunk.start_seconds = static_cast<double>(own) / recording_.format.rate;
  chunk.end_seconds = static_cast<double>(next) / recording_.format.rate;
  chunk.bytes = task.samples * block_;
  cut.plan.work = {chunk.packets(), chunk.bytes, pixels_};
  drop_until(task.last ? next : std::max(begin_, next - plan::mp3_samples_before(stream_)));
  return cut;
}

/// Rounded, so that neighbours meet.
std::int64_t Mp3PcmCutter::packets(std::int64_t samples) const {
  return samples * mp3_sample_pixels / pixels_;
}

void Mp3PcmCutter::drop_until(std::int64_t sample) {
  held_.erase(held_.begin(), held_.begin() + (sample - begin_) * block_);
  begin_ = sample;
}

}  // namespace mpienc::app
