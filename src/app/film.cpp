#include "mpienc/app/film.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "mpienc/app/chunked_audio.hpp"
#include "mpienc/app/cutting.hpp"
#include "mpienc/app/pcm_cutter.hpp"
#include "mpienc/app/recording_settings.hpp"
#include "mpienc/output/container.hpp"

namespace mpienc::app {

namespace {

/// Memory of an MP3 encoder itself.
constexpr std::int64_t mp3_encoder_bytes = std::int64_t{8} << 20;

void describe_track(const AudioThread& track, report::Summary& summary) {
  const auto rate = track.stream().parameters->sample_rate;
  summary.decode_errors += track.counts().decode_errors;
  if (rate > 0) summary.silence_seconds += static_cast<double>(track.counts().samples_silence) / rate;
}

}  // namespace

Film::Film(const Options& options, Logger& logger, std::function<void()> wake)
    : options_(options),
      logger_(logger),
      wake_(std::move(wake)),
      container_(output::container_for(options.output)),
      opening_(options, logger, wake_),
      order_(wake_) {}

Film::~Film() {
  order_.abandon();
  for (auto& track : audio_) track->stop();
}

std::optional<encode::Settings> Film::plan(const Team&) {
  auto& program = opening_.program();
  if (program.audio().empty() && (!program.has_video() || !output::holds_video(container_))) {
    throw Error(ExitStatus::input,
                fmt::format("{}: has no video and no audio", options_.inputs.front().string()));
  }
  video_ = plan_video(program, options_, container_);
  open_audio();
  if (video_.encodes()) return video_.settings;
  if (first_mp3() != nullptr) return encode::NoVideo{};
  if (video_.kind == VideoPath::Kind::none && options_.audio_codec == "flac") {
    logger_.info(
        "one encoder makes the FLAC of several inputs or --map from start to end: no other lane works");
  }
  return std::nullopt;
}

void Film::open_audio() {
  if (container_.audio_codec == AV_CODEC_ID_NONE) return;
  const bool global_header = (container_.flags & AVFMT_GLOBALHEADER) != 0;
  const encode::AudioSettings settings{
      options_.audio_codec, options_.audio_bit_rate, options_.audio_quality, global_header, {}};
  for (const auto& source : opening_.program().audio()) {
    std::unique_ptr<AudioWork> work;
    if (options_.audio_codec == "libmp3lame") {
      const ChunkedAudio::Share share{video_.pixels > 0 ? video_.pixels : mp3_sample_pixels,
                                      video_.encodes() || !audio_.empty()};
      work = std::make_unique<ChunkedAudio>(source, settings, mp3_settings(options_), share, order_);
    } else {
      work = std::make_unique<WholeAudio>(source, settings, output_);
    }
    audio_.push_back(std::make_unique<AudioThread>(std::move(work)));
  }
}

const Mp3Stream* Film::first_mp3() const { return audio_.empty() ? nullptr : audio_.front()->chunks(); }

std::int64_t Film::bytes_per_lane() const {
  if (video_.encodes() || first_mp3() == nullptr) return video_.bytes_per_lane;
  constexpr std::int64_t sample_bytes = 2 * 3;
  return mp3_encoder_bytes + 3 * film_mp3_chunk_frames * first_mp3()->samples_per_frame * sample_bytes;
}

std::int64_t Film::pixels() const {
  return video_.pixels == 0 && first_mp3() != nullptr ? mp3_sample_pixels : video_.pixels;
}

std::int32_t Film::sample_rate() const {
  return video_.encodes() || first_mp3() == nullptr ? 0 : first_mp3()->rate;
}

output::FileSpec Film::file_spec() const {
  const auto& program = opening_.program();
  output::FileSpec spec;
  spec.path = options_.output;
  spec.overwrite = options_.overwrite;
  for (const auto& chapter : program.chapters())
    spec.chapters.push_back({chapter.start, chapter.end, chapter.title});
  spec.metadata = program.metadata();
  if (video_.track) spec.tracks.push_back(av::clone(*video_.track));
  for (const auto& track : audio_) spec.tracks.push_back(av::clone(track->stream()));
  return spec;
}

ChunkSink& Film::open_output(Note note) {
  auto spec = file_spec();
  spec.note = std::move(note);
  output_.emplace(std::move(spec), wake_);
  if (video_.encodes()) joiner_.emplace(video_.joining);
  return sink_.emplace(*output_, video_, joiner_ ? &*joiner_ : nullptr, audio_);
}

ChunkReader& Film::start_reading() {
  auto& program = opening_.program();
  const int video_tracks = video_.track ? 1 : 0;
  for (std::size_t i = 0; i < audio_.size(); ++i) audio_[i]->start(video_tracks + static_cast<int>(i), wake_);
  if (video_.kind == VideoPath::Kind::copy) copy_.emplace(program.video(), *output_, 0);
  return reader_.emplace(program, video_.encodes() ? make_cutter(program, options_) : nullptr, audio_, order_,
                         copy_ ? &*copy_ : nullptr, video_.pixels, logger_, wake_);
}

void Film::describe(report::Summary& summary) const {
  const auto& program = opening_.program();
  summary.bytes_in = program.bytes();
  if (summary.programme_seconds <= 0) summary.programme_seconds = program.seconds();
  summary.timeline_mends = program.timeline_mends();
  summary.damaged_frames += reader_->damaged_frames();
  summary.decode_errors += reader_->decode_errors();
  if (joiner_) {
    summary.frames_out = joiner_->counts().frames;
    summary.seam_mismatches = joiner_->counts().seam_mismatches;
  }
  for (const auto& track : audio_) describe_track(*track, summary);
}

double Film::audio_cpu() const {
  double most = 0;
  for (const auto& track : audio_) most = std::max(most, track->counts().cpu_seconds);
  return most;
}

}  // namespace mpienc::app
