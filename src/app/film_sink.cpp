#include "mpienc/app/film_sink.hpp"

#include <algorithm>

namespace mpienc::app {

FilmSink::FilmSink(OutputThread& output, const VideoPath& video, output::VideoJoiner* joiner,
                   const std::vector<std::unique_ptr<AudioThread>>& audio)
    : output_(output), video_(video), audio_(audio) {
  if (joiner != nullptr) outlet_.emplace(output, 0, *joiner);
  int track = video.track ? 1 : 0;
  for (const auto& one : audio) {
    if (const auto* mp3 = one->chunks()) {
      audio_outlets_.try_emplace(track, output, track, *mp3, one->stream().parameters->initial_padding);
    }
    ++track;
  }
}

AudioOutlet* FilmSink::outlet_of(int chunk) {
  const auto found =
      std::ranges::find_if(audio_outlets_, [&](const auto& outlet) { return outlet.second.expects(chunk); });
  return found == audio_outlets_.end() ? nullptr : &found->second;
}

void FilmSink::planned(const PlannedChunk& chunk) {
  if (const auto* task = std::get_if<encode::VideoTask>(chunk.task.get())) {
    outlet_->planned(chunk.chunk.index, chunk.chunk.first_packet, task->times);
  } else {
    audio_outlets_.at(chunk.track).planned(chunk);
  }
}

Replacement FilmSink::replace(const encode::Task& task, OnBadChunk choice) {
  if (const auto* mp3 = std::get_if<encode::Mp3PcmTask>(&task))
    return outlet_of(mp3->task.index)->replace(*mp3);
  const auto& video = std::get<encode::VideoTask>(task);
  auto replacement = replacement_for(video, choice, video_.settings, video_.joining.reorder_depth);
  outlet_->replace(video.chunk.index, replacement);
  return replacement;
}

void FilmSink::release(std::shared_ptr<const ChunkResult> result) {
  if (auto* audio = outlet_of(result->index)) return audio->release(*result);
  outlet_->release(std::get<EncodedChunk>(result->data));
}

void FilmSink::finish() {
  if (outlet_) outlet_->finish();
  for (auto& [track, outlet] : audio_outlets_) outlet.finish();
}

bool FilmSink::rest_ended() const {
  return std::ranges::all_of(audio_, [](const auto& track) { return track->done(); });
}

void FilmSink::rethrow() const {
  output_.rethrow();
  for (const auto& track : audio_) track->rethrow();
}

}  // namespace mpienc::app
