#include <algorithm>

#include <fmt/format.h>

#include "mpienc/av/audio_resampler.hpp"
#include "mpienc/av/error.hpp"
#include "mpienc/encode/audio_encoder.hpp"
#include "mpienc/encode/audio_paths.hpp"
#include "mpienc/encode/audio_timeline.hpp"

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

class TranscodedAudio final : public AudioTrack::Path {
 public:
  TranscodedAudio(const av::Stream& source, const AudioSettings& settings, AudioTrack::Sink sink)
      : decoder_(open_decoder(source)),
        encoder_(source, settings, std::move(sink)),
        resampler_(av::audio_format_of(*source.parameters), encoder_.format()),
        timeline_(source.time_base, resampler_.from().sample_rate) {}

  [[nodiscard]] const av::Stream& stream() const override { return encoder_.stream(); }

  void push(const AVPacket& packet) override {
    if (!first_pts_ && packet.pts != AV_NOPTS_VALUE) first_pts_ = packet.pts;
    decode(&packet);
  }

  void advance(Ticks now) override {
    begin(0);
    fill(timeline_.advance(now));
  }

  std::optional<Bytes> finish() override {
    if (finished_) return std::nullopt;
    finished_ = true;
    decode(nullptr);
    drain_resampler();
    return encoder_.finish();
  }

 private:
  void decode(const AVPacket* packet) {
    if (avcodec_send_packet(decoder_.get(), packet) < 0) ++counts.decode_errors;
    for (;;) {
      const av::Frame frame = av::make_frame();
      const int code = avcodec_receive_frame(decoder_.get(), frame.get());
      if (code == AVERROR(EAGAIN) || code == AVERROR_EOF) return;
      if (code < 0) {
        ++counts.decode_errors;
      } else if (frame->nb_samples > 0) {
        put(*frame);
      }
    }
  }

  void put(AVFrame& frame) {
    if (frame.sample_rate <= 0) frame.sample_rate = resampler_.from().sample_rate;
    if (auto format = av::audio_format_of(frame); !(format == resampler_.from())) change_format(format);

    const MaybeTicks pts = frame.pts == AV_NOPTS_VALUE ? MaybeTicks() : frame.pts;
    const Ticks start = pts.value_or(first_pts_.value_or(0));
    begin(counts.decode_errors > 0 ? std::min(start, first_pts_.value_or(start)) : start);
    const auto [silence, drop] = timeline_.place(pts, frame.nb_samples);
    counts.samples_in += frame.nb_samples;
    counts.samples_dropped += drop;
    fill(silence);
    if (drop < frame.nb_samples) write(*resampler_.convert(frame, static_cast<int>(drop)));
  }

  /// The first call alone has an effect.
  void begin(Ticks start) {
    if (timeline_.started()) return;
    timeline_.start(start);
    encoder_.start(encoder_position());
  }

  void fill(std::int64_t samples) {
    counts.samples_silence += samples;
    while (samples > 0) {
      const int block = static_cast<int>(std::min<std::int64_t>(samples, 8192));
      write(*resampler_.convert(*av::make_silence(resampler_.from(), block)));
      samples -= block;
    }
  }

  void change_format(const av::AudioFormat& format) {
    drain_resampler();
    timeline_.set_rate(format.sample_rate);
    resampler_ = av::AudioResampler(format, encoder_.format());
  }

  void write(const AVFrame& frame) { encoder_.write(frame, frame.nb_samples); }

  /// Where the encoder has to be once all samples placed have come out of the resampler.
  [[nodiscard]] std::int64_t encoder_position() const {
    return rescale(timeline_.position(), {1, timeline_.sample_rate()}, {1, encoder_.format().sample_rate});
  }

  /// The filter's length in samples is not exact where rates differ: cut or filled to the timeline.
  void drain_resampler() {
    if (!timeline_.started()) return;
    const std::int64_t end = encoder_position();
    while (encoder_.position() < end) {
      const av::Frame frame = resampler_.drain();
      if (frame->nb_samples == 0) break;
      encoder_.write(*frame, static_cast<int>(std::min<std::int64_t>(frame->nb_samples,
                                                                     end - encoder_.position())));
    }
    encoder_.write_silence(end - encoder_.position());
  }

  av::CodecContext decoder_;
  AudioEncoder encoder_;
  av::AudioResampler resampler_;
  AudioTimeline timeline_;
  MaybeTicks first_pts_;
  bool finished_ = false;
};

}  // namespace

std::unique_ptr<AudioTrack::Path> make_transcoded_audio(const av::Stream& source, const AudioSettings& settings,
                                                        AudioTrack::Sink sink) {
  return std::make_unique<TranscodedAudio>(source, settings, std::move(sink));
}

}  // namespace mpienc::encode
