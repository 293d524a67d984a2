#include "mpienc/app/audio_outlet.hpp"

#include <utility>

#include <fmt/format.h>

#include "mpienc/core/error.hpp"
#include "mpienc/plan/mp3_silence.hpp"

namespace mpienc::app {

void AudioOutlet::planned(const PlannedChunk& chunk) {
  const auto samples = std::get<encode::Mp3PcmTask>(*chunk.task).own_samples;
  pending_[chunk.chunk.index] = {samples, chunk.track_start};
}

Replacement AudioOutlet::replace(const encode::Mp3PcmTask& task) {
  ++replaced_;
  Replacement replacement;
  replacement.kind = Replacement::Kind::silent;
  replacement.line = fmt::format("silent, {:.2f} s", static_cast<double>(task.own_samples) / stream_.rate);
  replacement.result.index = task.task.index;
  replacement.result.units = task.counted_samples();
  replacement.result.data = plan::silent_mp3_chunk(task.task, task.own_samples, stream_);
  return replacement;
}

void AudioOutlet::release(const ChunkResult& result) {
  const auto node = pending_.extract(result.index);
  const auto& [samples, start] = node.mapped();
  for (auto& packet : packets_.add(std::get<Mp3Chunk>(result.data), samples, start)) {
    output_.write(track_, std::move(packet));
  }
  ++released_;
  if (packets_.complete()) output_.end(track_);
}

void AudioOutlet::finish() {
  if (replaced_ > 0 && replaced_ == released_) {
    throw Error(
        ExitStatus::codec,
        fmt::format(
            "no chunk of track {} (audio) could be encoded; nothing was written under the output's name",
            track_));
  }
  if (!packets_.complete()) output_.end(track_);
}

}  // namespace mpienc::app
