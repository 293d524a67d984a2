#include "mpienc/app/chunked_audio.hpp"

#include <utility>

#include "mpienc/core/cpu_clock.hpp"
#include "mpienc/encode/audio_encoder.hpp"
#include "mpienc/encode/mp3_encoder.hpp"

namespace mpienc::app {

namespace {

/// No chunk is encoded twice, as its PCM is gone by then; a container has no place for another rate.
Mp3Settings for_tracks(Mp3Settings settings) {
  settings.keep_rate = settings.flush_join = true;
  return settings;
}

/// What the container is told is what libavcodec tells of its LAME.
av::Stream track_of(const av::Stream& source, const encode::AudioSettings& like, const Mp3Stream& mp3) {
  av::Stream track = av::clone(encode::AudioEncoder(source, like, nullptr).stream());
  if (track.parameters->ch_layout.nb_channels != mp3.channels) {
    av::ChannelLayout(mp3.channels).copy_to(track.parameters->ch_layout);
  }
  if (track.parameters->sample_rate != mp3.rate || track.parameters->frame_size != mp3.samples_per_frame) {
    throw Error(ExitStatus::internal, "libavcodec's LAME and this one disagree on the MP3's format");
  }
  return track;
}

}  // namespace

ChunkedAudio::ChunkedAudio(const av::Stream& source, const encode::AudioSettings& like,
                           const Mp3Settings& settings, Share share, PlanOrder& order)
    : pcm_(source),
      recording_{for_tracks(settings), pcm_.format()},
      mp3_(encode::settle_mp3(recording_.settings, recording_.format)),
      stream_(track_of(source, like, mp3_)),
      cutter_(recording_, mp3_, film_mp3_chunk_frames, share.pixels),
      share_(share),
      order_(order) {}

void ChunkedAudio::cut(PlanOrder::Place place) {
  give(place);
  order_.close(place);
}

void ChunkedAudio::finish(PlanOrder::Place place) {
  pcm_.finish();
  give(place);
  if (cutter_.samples() > 0) cutter_.end();
  give(place);
  order_.close(place);
  cpu_seconds_ = thread_cpu_seconds();
}

void ChunkedAudio::give(PlanOrder::Place place) {
  const double start = static_cast<double>(pcm_.start()) / recording_.format.rate;
  Bytes piece;
  do {
    cutter_.add(piece);
    while (auto cut = cutter_.next()) {
      cut->plan.track = output_track_;
      cut->plan.track_start = pcm_.start();
      cut->plan.chunk.start_seconds += start;
      cut->plan.chunk.end_seconds += start;
      std::get<encode::Mp3PcmTask>(cut->task).beside = share_.beside;
      order_.add(place, std::move(*cut));
    }
    piece = pcm_.take();
  } while (!piece.empty());
}

encode::AudioTrack::Counts ChunkedAudio::counts() const {
  auto counts = pcm_.counts();
  counts.cpu_seconds = cpu_seconds_;
  return counts;
}

}  // namespace mpienc::app
