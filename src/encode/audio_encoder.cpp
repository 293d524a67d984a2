#include "mpienc/encode/audio_encoder.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "mpienc/av/encoder_names.hpp"
#include "mpienc/av/error.hpp"

namespace mpienc::encode {
namespace {

constexpr int variable_frame_size = 1024;
constexpr double lame_quality = 2;

std::string encoder_name(const AudioSettings& settings, int precision) {
  if (settings.codec != "pcm") return settings.codec;
  return precision > 16 ? "pcm_s24le" : "pcm_s16le";
}

void set_rate_control(AVCodecContext& context, const AudioSettings& settings) {
  std::optional<double> quality = settings.quality;
  if (!quality && context.codec_id == AV_CODEC_ID_MP3 && settings.codec == "libmp3lame")
    quality = lame_quality;
  if (settings.bit_rate) {
    context.bit_rate = *settings.bit_rate;
  } else if (quality) {
    context.flags |= AV_CODEC_FLAG_QSCALE;
    context.global_quality = static_cast<int>(std::lround(*quality * FF_QP2LAMBDA));
  } else if (context.codec_id == AV_CODEC_ID_AAC || context.codec_id == AV_CODEC_ID_OPUS) {
    context.bit_rate = std::int64_t{64000} * context.ch_layout.nb_channels;
  }
}

}  // namespace

AudioEncoder::AudioEncoder(const av::Stream& source, const AudioSettings& settings, AudioTrack::Sink sink)
    : sink_(std::move(sink)) {
  const int precision = av::audio_precision(*source.parameters);
  const AVCodec& codec = av::find_encoder(encoder_name(settings, precision), AVMEDIA_TYPE_AUDIO);
  open(codec, source, settings);
  fifo_.emplace(format_);

  stream_.parameters = av::make_codec_parameters();
  av::check(avcodec_parameters_from_context(stream_.parameters.get(), context_.get()), ExitStatus::internal,
            "copying the audio encoder's parameters");
  stream_.time_base = {1, format_.sample_rate};
  stream_.metadata = source.metadata;
  stream_.disposition = source.disposition;
}

void AudioEncoder::open(const AVCodec& codec, const av::Stream& source, const AudioSettings& settings) {
  const int precision = av::audio_precision(*source.parameters);
  format_ = av::nearest_audio_format(codec, av::audio_format_of(*source.parameters), precision);
  const av::ChannelLayout usual(format_.layout.channels());
  const av::AudioFormat wanted = format_;
  // AAC and Opus have a compact form for the usual layouts only, and AC-3 decodes to 5.1(side).
  if (codec.id == AV_CODEC_ID_AAC || codec.id == AV_CODEC_ID_OPUS) format_.layout = usual;

  const int code = try_open(codec, settings, precision);
  if (code >= 0) return;
  format_ = wanted;
  throw Error(
      ExitStatus::codec,
      fmt::format("encoder {} refuses {} channels at {} Hz with these settings: {}; check --audio-bitrate "
                  "and --audio-quality",
                  codec.name, wanted.layout.channels(), wanted.sample_rate, av::describe(code)));
}

int AudioEncoder::try_open(const AVCodec& codec, const AudioSettings& settings, int precision) {
  context_.reset(avcodec_alloc_context3(&codec));
  if (!context_) throw Error(ExitStatus::internal, "out of memory for an audio encoder");
  context_->sample_fmt = format_.sample_format;
  context_->sample_rate = format_.sample_rate;
  format_.layout.copy_to(context_->ch_layout);
  context_->time_base = {1, format_.sample_rate};
  context_->thread_count = 1;
  context_->flags |= AV_CODEC_FLAG_BITEXACT;
  if (settings.global_header) context_->flags |= AV_CODEC_FLAG_GLOBAL_HEADER;
  if (av_get_bytes_per_sample(format_.sample_format) > 2)
    context_->bits_per_raw_sample = std::min(precision, 24);
  set_rate_control(*context_, settings);
  AVDictionary* options = nullptr;
  for (const auto& [name, value] : settings.options) av_dict_set(&options, name.c_str(), value.c_str(), 0);
  const int code = avcodec_open2(context_.get(), &codec, &options);
  const bool all_taken = av_dict_count(options) == 0;
  av_dict_free(&options);
  return code >= 0 && !all_taken ? AVERROR_OPTION_NOT_FOUND : code;
}

void AudioEncoder::write(const AVFrame& frame, int samples, std::int64_t pts) {
  if (samples == 0) return;
  fifo_->write(frame, samples);
  fed_ = true;
  end_ = pts + samples;
  const int size = context_->frame_size > 0 ? context_->frame_size : variable_frame_size;
  while (fifo_->size() >= size) encode(size);
}

std::optional<Bytes> AudioEncoder::finish() {
  // An encoder that delays without AV_CODEC_CAP_DELAY (mp2, ac3) would keep the last samples.
  const bool drains = (context_->codec->capabilities & AV_CODEC_CAP_DELAY) != 0;
  if (const int more = context_->initial_padding; fed_ && !drains && more > 0) {
    write(*av::make_silence(format_, more), more, end_);
  }
  if (fifo_->size() > 0) encode(fifo_->size());
  send(nullptr);
  return std::move(new_extradata_);
}

void AudioEncoder::encode(int samples) {
  const std::int64_t pts = end_ - fifo_->size();
  av::Frame frame = fifo_->read(samples);
  frame->pts = pts;
  send(frame.get());
}

void AudioEncoder::send(const AVFrame* frame) {
  const char* what = "encoding audio";
  av::check(avcodec_send_frame(context_.get(), frame), ExitStatus::codec, what);
  for (;;) {
    av::Packet packet = av::make_packet();
    const int code = avcodec_receive_packet(context_.get(), packet.get());
    if (code == AVERROR(EAGAIN) || code == AVERROR_EOF) return;
    av::check(code, ExitStatus::codec, what);
    std::size_t size = 0;
    if (const auto* data = av_packet_get_side_data(packet.get(), AV_PKT_DATA_NEW_EXTRADATA, &size)) {
      const auto* begin = reinterpret_cast<const std::byte*>(data);
      new_extradata_.emplace(begin, begin + size);
    }
    if (packet->size > 0) sink_(std::move(packet));
  }
}

}  // namespace mpienc::encode
