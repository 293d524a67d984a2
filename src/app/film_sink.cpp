#include "mpienc/app/film_sink.hpp"

#include <algorithm>

namespace mpienc::app {

FilmSink::FilmSink(OutputThread& output, const VideoPath& video, output::VideoJoiner* joiner,
                   const std::vector<std::unique_ptr<AudioThread>>& audio)
    : output_(output), video_(video), audio_(audio) {
  if (joiner != nullptr) outlet_.emplace(output, 0, *joiner);
}

void FilmSink::planned(const PlannedChunk& chunk) {
  const auto& task = std::get<encode::VideoTask>(*chunk.task);
  outlet_->planned(chunk.chunk.index, chunk.chunk.first_packet, task.times);
}

Replacement FilmSink::replace(const encode::Task& task, OnBadChunk choice) {
  const auto& video = std::get<encode::VideoTask>(task);
  auto replacement = replacement_for(video, choice, video_.settings, video_.joining.reorder_depth);
  outlet_->replace(video.chunk.index, replacement);
  return replacement;
}

void FilmSink::release(std::shared_ptr<const ChunkResult> result) {
  outlet_->release(std::get<EncodedChunk>(result->data));
}

bool FilmSink::rest_ended() const {
  return std::ranges::all_of(audio_, [](const auto& track) { return track->done(); });
}

void FilmSink::rethrow() const {
  output_.rethrow();
  for (const auto& track : audio_) track->rethrow();
}

}  // namespace mpienc::app
