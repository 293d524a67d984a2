#include "mpienc/encode/decoded_audio.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "mpienc/av/error.hpp"

namespace mpienc::encode {
namespace {

av::CodecContext open_decoder(const av::Stream& source) {
  const AVCodecParameters& parameters = *source.parameters;
  const char* name = avcodec_get_name(parameters.codec_id);
  const AVCodec* codec = avcodec_find_decoder(parameters.codec_id);
  if (codec == nullptr) {
    throw Error(ExitStatus::codec,
                fmt::format("libavcodec has no decoder for {} audio; leave the track out or use copy", name));
  }
  av::CodecContext context(avcodec_alloc_context3(codec));
  if (!context) throw Error(ExitStatus::internal, "out of memory for an audio decoder");
  const std::string what = fmt::format("opening the {} decoder", name);
  av::check(avcodec_parameters_to_context(context.get(), &parameters), ExitStatus::internal, what);
  context->pkt_timebase = av::to_av(source.time_base);
  context->thread_count = 1;
  context->flags |= AV_CODEC_FLAG_BITEXACT;
  av::check(avcodec_open2(context.get(), codec, nullptr), ExitStatus::codec, what);
  return context;
}

}  // namespace

DecodedAudio::DecodedAudio(const av::Stream& source, const av::AudioFormat& to, Sink sink,
                           AudioTrack::Counts& counts)
    : sink_(std::move(sink)),
      counts_(counts),
      decoder_(open_decoder(source)),
      to_(to),
      resampler_(av::audio_format_of(*source.parameters), to),
      timeline_(source.time_base, resampler_.from().sample_rate) {}

void DecodedAudio::push(const AVPacket& packet) {
  if (!first_pts_ && packet.pts != AV_NOPTS_VALUE) first_pts_ = packet.pts;
  decode(&packet);
}

void DecodedAudio::advance(Ticks now) {
  begin(0);
  fill(timeline_.advance(now));
}

void DecodedAudio::finish() {
  if (finished_) return;
  finished_ = true;
  decode(nullptr);
  drain_resampler();
}

void DecodedAudio::decode(const AVPacket* packet) {
  if (avcodec_send_packet(decoder_.get(), packet) < 0) ++counts_.decode_errors;
  for (;;) {
    const av::Frame frame = av::make_frame();
    const int code = avcodec_receive_frame(decoder_.get(), frame.get());
    if (code == AVERROR(EAGAIN) || code == AVERROR_EOF) return;
    if (code < 0) {
      ++counts_.decode_errors;
    } else if (frame->nb_samples > 0) {
      put(*frame);
    }
  }
}

void DecodedAudio::put(AVFrame& frame) {
  if (frame.sample_rate <= 0) frame.sample_rate = resampler_.from().sample_rate;
  if (auto format = av::audio_format_of(frame); !(format == resampler_.from())) change_format(format);

  const MaybeTicks pts = frame.pts == AV_NOPTS_VALUE ? MaybeTicks() : frame.pts;
  const Ticks start = pts.value_or(first_pts_.value_or(0));
  begin(counts_.decode_errors > 0 ? std::min(start, first_pts_.value_or(start)) : start);
  const auto [silence, drop] = timeline_.place(pts, frame.nb_samples);
  counts_.samples_in += frame.nb_samples;
  counts_.samples_dropped += drop;
  fill(silence);
  if (drop == frame.nb_samples) return;
  const av::Frame converted = resampler_.convert(frame, static_cast<int>(drop));
  write(*converted, converted->nb_samples);
}

/// The first call alone has an effect.
void DecodedAudio::begin(Ticks start) {
  if (timeline_.started()) return;
  timeline_.start(start);
  position_ = wanted_position();
}

void DecodedAudio::fill(std::int64_t samples) {
  counts_.samples_silence += samples;
  while (samples > 0) {
    const int block = static_cast<int>(std::min<std::int64_t>(samples, 8192));
    const av::Frame converted = resampler_.convert(*av::make_silence(resampler_.from(), block));
    write(*converted, converted->nb_samples);
    samples -= block;
  }
}

void DecodedAudio::change_format(const av::AudioFormat& format) {
  drain_resampler();
  timeline_.set_rate(format.sample_rate);
  resampler_ = av::AudioResampler(format, to_);
}

void DecodedAudio::write(const AVFrame& frame, int samples) {
  if (samples == 0) return;
  sink_(frame, samples, position_);
  position_ += samples;
}

void DecodedAudio::write_silence(std::int64_t samples) {
  while (samples > 0) {
    const int block = static_cast<int>(std::min<std::int64_t>(samples, 8192));
    write(*av::make_silence(to_, block), block);
    samples -= block;
  }
}

/// Where the next sample to leave has to be once all samples placed have come out of the resampler.
std::int64_t DecodedAudio::wanted_position() const {
  return rescale(timeline_.position(), {1, timeline_.sample_rate()}, {1, to_.sample_rate});
}

/// The filter's length in samples is not exact where rates differ: cut or filled to the timeline.
void DecodedAudio::drain_resampler() {
  if (!timeline_.started()) return;
  const std::int64_t end = wanted_position();
  while (position_ < end) {
    const av::Frame frame = resampler_.drain();
    if (frame->nb_samples == 0) break;
    write(*frame, static_cast<int>(std::min<std::int64_t>(frame->nb_samples, end - position_)));
  }
  write_silence(end - position_);
}

}  // namespace mpienc::encode
