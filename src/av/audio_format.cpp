#include "mpienc/av/audio_format.hpp"

#include <algorithm>
#include <bit>
#include <cstdint>

#include "mpienc/av/audio_encoder_limits.hpp"
#include "mpienc/av/error.hpp"

namespace mpienc::av {

ChannelLayout::ChannelLayout(const AVChannelLayout& from) {
  if (from.nb_channels > 0 && from.order == AV_CHANNEL_ORDER_UNSPEC) {
    av_channel_layout_default(&layout_, from.nb_channels);
  } else {
    check(av_channel_layout_copy(&layout_, &from), ExitStatus::internal, "copying a channel layout");
  }
}

ChannelLayout::ChannelLayout(const ChannelLayout& other) { other.copy_to(layout_); }

ChannelLayout& ChannelLayout::operator=(const ChannelLayout& other) {
  if (this != &other) other.copy_to(layout_);
  return *this;
}

void ChannelLayout::copy_to(AVChannelLayout& to) const {
  check(av_channel_layout_copy(&to, &layout_), ExitStatus::internal, "copying a channel layout");
}

AudioFormat audio_format_of(const AVCodecParameters& parameters) {
  AudioFormat format;
  if (parameters.format >= 0) format.sample_format = static_cast<AVSampleFormat>(parameters.format);
  if (parameters.sample_rate > 0) format.sample_rate = parameters.sample_rate;
  if (parameters.ch_layout.nb_channels > 0) format.layout = ChannelLayout(parameters.ch_layout);
  return format;
}

AudioFormat audio_format_of(const AVFrame& frame) {
  return {static_cast<AVSampleFormat>(frame.format), frame.sample_rate, ChannelLayout(frame.ch_layout)};
}

int audio_precision(const AVCodecParameters& parameters) {
  const AVCodecDescriptor* codec = avcodec_descriptor_get(parameters.codec_id);
  if (codec == nullptr || (codec->props & AV_CODEC_PROP_LOSSLESS) == 0) return 16;
  if (parameters.bits_per_raw_sample > 0) return parameters.bits_per_raw_sample;
  if (const int bits = av_get_bits_per_sample(parameters.codec_id); bits > 0) return bits;
  if (parameters.bits_per_coded_sample > 0) return parameters.bits_per_coded_sample;
  return parameters.format >= 0 ? 8 * av_get_bytes_per_sample(static_cast<AVSampleFormat>(parameters.format))
                                : 16;
}

namespace {

int nearest_rate(std::span<const int> rates, int wanted) {
  if (rates.empty() || std::find(rates.begin(), rates.end(), wanted) != rates.end()) return wanted;
  int next = 0;
  for (const int rate : rates) {
    if (rate > wanted && (next == 0 || rate < next)) next = rate;
  }
  return next != 0 ? next : *std::max_element(rates.begin(), rates.end());
}

ChannelLayout nearest_layout(std::span<const AVChannelLayout> layouts, const ChannelLayout& wanted) {
  const AVChannelLayout* best = nullptr;
  int best_score = 0;
  for (const AVChannelLayout& layout : layouts) {
    if (av_channel_layout_compare(&layout, &wanted.get()) == 0) return wanted;
    const int surplus = layout.nb_channels - wanted.channels();
    const int common = std::popcount(av_channel_layout_subset(&layout, ~std::uint64_t{0}) &
                                     av_channel_layout_subset(&wanted.get(), ~std::uint64_t{0}));
    const int score = (surplus <= 0 ? 64 * (64 + surplus) : -64 * surplus) + common;
    if (best == nullptr || score > best_score) {
      best = &layout;
      best_score = score;
    }
  }
  return best != nullptr ? ChannelLayout(*best) : wanted;
}

bool is_float(AVSampleFormat format) {
  const AVSampleFormat packed = av_get_packed_sample_fmt(format);
  return packed == AV_SAMPLE_FMT_FLT || packed == AV_SAMPLE_FMT_DBL;
}

AVSampleFormat nearest_sample_format(std::span<const AVSampleFormat> formats, AVSampleFormat wanted,
                                     bool lossless, int precision) {
  if (lossless) {
    const bool fine = precision > 16;
    if (is_float(wanted) || fine != (av_get_bytes_per_sample(wanted) > 2)) {
      wanted = fine ? AV_SAMPLE_FMT_S32 : AV_SAMPLE_FMT_S16;
    }
  }
  if (formats.empty()) return wanted;
  const int wanted_bytes = av_get_bytes_per_sample(wanted);
  AVSampleFormat best = formats.front();
  int best_loss = -1;
  for (const AVSampleFormat format : formats) {
    const int bytes = av_get_bytes_per_sample(format);
    const int loss = (bytes < wanted_bytes ? 100 * (wanted_bytes - bytes) : 4 * (bytes - wanted_bytes)) +
                     (is_float(format) != is_float(wanted) ? 2 : 0) +
                     (av_sample_fmt_is_planar(format) != av_sample_fmt_is_planar(wanted) ? 1 : 0);
    if (best_loss < 0 || loss < best_loss) {
      best = format;
      best_loss = loss;
    }
  }
  return best;
}

}  // namespace

AudioFormat nearest_audio_format(const AVCodec& encoder, const AudioFormat& source, int precision) {
  const AudioEncoderLimits limits = audio_encoder_limits(encoder);
  const AVCodecDescriptor* codec = avcodec_descriptor_get(encoder.id);
  const bool lossless = codec != nullptr && (codec->props & AV_CODEC_PROP_LOSSLESS) != 0;
  return {nearest_sample_format(limits.sample_formats, source.sample_format, lossless, precision),
          nearest_rate(limits.sample_rates, source.sample_rate),
          nearest_layout(limits.layouts, source.layout)};
}

Frame make_audio_frame(const AudioFormat& format, int samples) {
  Frame frame = make_frame();
  frame->format = format.sample_format;
  frame->sample_rate = format.sample_rate;
  frame->nb_samples = samples;
  format.layout.copy_to(frame->ch_layout);
  check(av_frame_get_buffer(frame.get(), 0), ExitStatus::internal, "allocating an audio frame");
  return frame;
}

Frame make_silence(const AudioFormat& format, int samples) {
  Frame frame = make_audio_frame(format, samples);
  av_samples_set_silence(frame->extended_data, 0, samples, format.layout.channels(), format.sample_format);
  return frame;
}

}  // namespace mpienc::av
