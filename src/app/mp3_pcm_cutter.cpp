#include "mpienc/app/mp3_pcm_cutter.hpp"

#include <algorithm>
#include <memory>
#include <utility>

#include "mpienc/app/pcm_cutter.hpp"

namespace mpienc::app {

namespace {

/// Samples that come at once, twice.
constexpr std::int64_t room_beyond = std::int64_t{2} << 16;

}  // namespace

Mp3PcmCutter::Mp3PcmCutter(encode::Mp3Recording recording, const Mp3Stream& stream, std::int64_t chunk_frames,
                           std::int64_t pixels)
    : recording_(std::move(recording)),
      stream_(stream),
      cutter_(stream, chunk_frames),
      chunk_frames_(chunk_frames),
      block_(recording_.format.block_bytes()),
      pixels_(pixels) {
  hold({});
}

std::optional<CutChunk> Mp3PcmCutter::next() {
  const auto task = cutter_.next(samples(), ended_);
  return task ? std::optional(take(*task)) : std::nullopt;
}

std::size_t Mp3PcmCutter::read(std::int64_t samples,
                               const std::function<std::size_t(std::span<std::byte>)>& source) {
  const auto before = held_.size();
  held_.resize(before + static_cast<std::size_t>(samples * block_));
  const auto got = source(std::span(held_).subspan(before));
  held_.resize(before + got);
  return got;
}

/// The buffer goes to the task as it is; what the next one needs of it is copied.
CutChunk Mp3PcmCutter::take(const Mp3Task& task) {
  const auto all = samples();
  const auto own = task.first_frame * stream_.samples_per_frame;
  const auto next = task.last ? all : own + task.frames * stream_.samples_per_frame;
  const auto keep_from = task.last ? all : std::max(begin_, next - plan::mp3_samples_before(stream_));
  const auto buffer = std::make_shared<const Bytes>(std::exchange(held_, {}));
  const auto part = [&](std::int64_t first, std::int64_t samples) {
    return std::span(*buffer).subspan(static_cast<std::size_t>((first - begin_) * block_),
                                      static_cast<std::size_t>(samples * block_));
  };
  CutChunk cut;
  cut.task = encode::Mp3PcmTask{.recording = recording_,
                                .task = task,
                                .own_samples = next - own,
                                .pcm = SharedBytes(buffer, part(task.first_sample, task.samples))};
  auto& chunk = cut.plan.chunk;
  chunk.index = task.index;
  chunk.first_packet = packets(own);
  chunk.end_packet = packets(next);
  chunk.start_seconds = static_cast<double>(own) / recording_.format.rate;
  chunk.end_seconds = static_cast<double>(next) / recording_.format.rate;
  chunk.bytes = task.samples * block_;
  cut.plan.work = {chunk.packets(), chunk.bytes, pixels_};
  hold(part(keep_from, all - keep_from));
  begin_ = keep_from;
  return cut;
}

/// Rounded, so that neighbours meet.
std::int64_t Mp3PcmCutter::packets(std::int64_t samples) const {
  return samples * mp3_sample_pixels / pixels_;
}

/// With room for a task, so that no sample is moved when more are added.
void Mp3PcmCutter::hold(std::span<const std::byte> pcm) {
  const auto frames = chunk_frames_ + plan::mp3_frame_period;
  const auto samples = frames * stream_.samples_per_frame + plan::mp3_samples_before(stream_) + room_beyond;
  held_.reserve(static_cast<std::size_t>(samples * block_));
  held_.assign(pcm.begin(), pcm.end());
}

}  // namespace mpienc::app
