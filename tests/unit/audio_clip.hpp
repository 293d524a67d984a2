#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <functional>
#include <numbers>
#include <vector>

#include <gtest/gtest.h>

#include "mpienc/av/audio_fifo.hpp"
#include "mpienc/av/audio_format.hpp"
#include "mpienc/av/encoder_names.hpp"
#include "mpienc/av/stream.hpp"
#include "mpienc/encode/audio.hpp"

namespace mpienc::test {

/// A sine encoded by libavcodec, with pts in samples from 0.
struct Clip {
  av::Stream stream;
  std::vector<av::Packet> packets;
};

inline void collect(AVCodecContext& encoder, const AVFrame* frame, std::vector<av::Packet>& packets) {
  ASSERT_EQ(avcodec_send_frame(&encoder, frame), 0);
  for (;;) {
    av::Packet packet = av::make_packet();
    if (avcodec_receive_packet(&encoder, packet.get()) < 0) return;
    if (packet->size > 0) packets.push_back(std::move(packet));
  }
}

inline double sine(std::int64_t sample, int channel, int rate) {
  return 0.2 * std::sin(2 * std::numbers::pi * (440.0 + 110 * channel) * static_cast<double>(sample) / rate);
}

inline void fill_sine(AVFrame& frame, std::int64_t first, bool planar, int channels) {
  for (int i = 0; i < frame.nb_samples; ++i) {
    for (int c = 0; c < channels; ++c) {
      const double value = sine(first + i, c, frame.sample_rate);
      auto* plane = frame.extended_data[planar ? c : 0];
      const int at = planar ? i : i * channels + c;
      switch (av_get_packed_sample_fmt(static_cast<AVSampleFormat>(frame.format))) {
        case AV_SAMPLE_FMT_S16:
          reinterpret_cast<std::int16_t*>(plane)[at] = static_cast<std::int16_t>(std::lround(value * 32767));
          break;
        case AV_SAMPLE_FMT_S32:
          reinterpret_cast<std::int32_t*>(plane)[at] =
              256 * static_cast<std::int32_t>(std::lround(value * 8388607));
          break;
        default: reinterpret_cast<float*>(plane)[at] = static_cast<float>(value);
      }
    }
  }
}

inline Clip make_clip(const std::string& name, std::int64_t samples, int channels = 2, int rate = 48000,
                      AVSampleFormat sample_format = AV_SAMPLE_FMT_NONE, int frame_size = 1024) {
  const AVCodec& codec = av::find_encoder(name, AVMEDIA_TYPE_AUDIO);
  av::AudioFormat wanted{sample_format, rate, av::ChannelLayout(channels)};
  if (sample_format == AV_SAMPLE_FMT_NONE) wanted.sample_format = AV_SAMPLE_FMT_S16;
  const av::AudioFormat format =
      av::nearest_audio_format(codec, wanted, sample_format == AV_SAMPLE_FMT_S32 ? 24 : 16);
  av::CodecContext encoder(avcodec_alloc_context3(&codec));
  encoder->sample_fmt = format.sample_format;
  encoder->sample_rate = rate;
  encoder->time_base = {1, rate};
  encoder->flags = AV_CODEC_FLAG_BITEXACT | AV_CODEC_FLAG_GLOBAL_HEADER;
  if (sample_format == AV_SAMPLE_FMT_S32) encoder->bits_per_raw_sample = 24;
  format.layout.copy_to(encoder->ch_layout);
  EXPECT_EQ(avcodec_open2(encoder.get(), &codec, nullptr), 0) << name;

  Clip clip;
  const int size = encoder->frame_size > 0 ? encoder->frame_size : frame_size;
  for (std::int64_t at = 0; at < samples; at += size) {
    av::Frame frame =
        av::make_audio_frame(format, static_cast<int>(std::min<std::int64_t>(size, samples - at)));
    fill_sine(*frame, at, av_sample_fmt_is_planar(format.sample_format) != 0, channels);
    frame->pts = at;
    collect(*encoder, frame.get(), clip.packets);
  }
  collect(*encoder, nullptr, clip.packets);
  clip.stream.parameters = av::make_codec_parameters();
  avcodec_parameters_from_context(clip.stream.parameters.get(), encoder.get());
  clip.stream.time_base = {1, rate};
  clip.stream.metadata = {{"language", "deu"}};
  clip.stream.disposition = AV_DISPOSITION_DEFAULT;
  return clip;
}

/// Packets' times in another time base, as a container with coarse ticks gives them.
inline void change_time_base(Clip& clip, Rational to) {
  for (auto& packet : clip.packets) {
    packet->pts = rescale(packet->pts, clip.stream.time_base, to);
    packet->dts = packet->pts;
    packet->duration = rescale(packet->duration, clip.stream.time_base, to);
  }
  clip.stream.time_base = to;
}

struct Output {
  av::Stream stream;
  std::vector<av::Packet> packets;
  std::optional<Bytes> extradata;
  encode::AudioTrack::Counts counts;

  /// Samples by the packets' times, without what the decoder has to skip.
  [[nodiscard]] std::int64_t duration() const {
    std::int64_t sum = -stream.parameters->initial_padding;
    for (const auto& packet : packets) sum += packet->duration;
    return sum;
  }
  [[nodiscard]] std::vector<std::byte> bytes() const {
    std::vector<std::byte> all;
    for (const auto& packet : packets) {
      const auto* data = reinterpret_cast<const std::byte*>(packet->data);
      all.insert(all.end(), data, data + packet->size);
    }
    return all;
  }
};

/// Feeds a track by `feed` and finishes it.
inline Output run(const av::Stream& source, const encode::AudioSettings& settings,
                  const std::function<void(encode::AudioTrack&)>& feed) {
  Output output;
  encode::AudioTrack track(source, settings,
                           [&](av::Packet packet) { output.packets.push_back(std::move(packet)); });
  feed(track);
  output.extradata = track.finish();
  output.counts = track.counts();
  const av::Stream& made = track.stream();
  output.stream.parameters = av::clone(*made.parameters);
  output.stream.time_base = made.time_base;
  output.stream.metadata = made.metadata;
  output.stream.disposition = made.disposition;
  return output;
}

inline Output run(const Clip& clip, const std::string& codec) {
  encode::AudioSettings settings;
  settings.codec = codec;
  return run(clip.stream, settings, [&](encode::AudioTrack& track) {
    for (const auto& packet : clip.packets) track.push(*packet);
  });
}

/// Decodes packets as a player does (encoder delay and trailing padding cut) into mono doubles of the
/// first channel.
inline std::vector<double> decode(const Output& output) {
  const AVCodecParameters& parameters = *output.stream.parameters;
  const AVCodec* codec = avcodec_find_decoder(parameters.codec_id);
  av::CodecContext decoder(avcodec_alloc_context3(codec));
  avcodec_parameters_to_context(decoder.get(), &parameters);
  decoder->pkt_timebase = av::to_av(output.stream.time_base);
  EXPECT_EQ(avcodec_open2(decoder.get(), codec, nullptr), 0);
  std::vector<double> samples;
  const auto drain = [&] {
    for (;;) {
      const av::Frame frame = av::make_frame();
      if (avcodec_receive_frame(decoder.get(), frame.get()) < 0) return;
      const bool planar = av_sample_fmt_is_planar(static_cast<AVSampleFormat>(frame->format)) != 0;
      const int stride = planar ? 1 : frame->ch_layout.nb_channels;
      for (int i = 0; i < frame->nb_samples; ++i) {
        const auto* plane = frame->extended_data[0];
        switch (av_get_packed_sample_fmt(static_cast<AVSampleFormat>(frame->format))) {
          case AV_SAMPLE_FMT_S16:
            samples.push_back(reinterpret_cast<const std::int16_t*>(plane)[i * stride] / 32768.0);
            break;
          case AV_SAMPLE_FMT_S32:
            samples.push_back(reinterpret_cast<const std::int32_t*>(plane)[i * stride] / 2147483648.0);
            break;
          default: samples.push_back(static_cast<double>(reinterpret_cast<const float*>(plane)[i * stride]));
        }
      }
    }
  };
  bool first = true;
  for (const auto& original : output.packets) {
    av::Packet packet = av::clone(*original);
    if (first && parameters.initial_padding > 0 && codec->id != AV_CODEC_ID_OPUS) {
      auto* skip = av_packet_new_side_data(packet.get(), AV_PKT_DATA_SKIP_SAMPLES, 10);
      std::fill(skip, skip + 10, std::uint8_t{0});
      skip[0] = static_cast<std::uint8_t>(parameters.initial_padding & 255);
      skip[1] = static_cast<std::uint8_t>(parameters.initial_padding >> 8);
    }
    first = false;
    avcodec_send_packet(decoder.get(), packet.get());
    drain();
  }
  avcodec_send_packet(decoder.get(), nullptr);
  drain();
  return samples;
}

/// Largest difference from the sine that went in, which began `shift` samples later.
inline double worst_error(const std::vector<double>& samples, std::size_t first, std::size_t end,
                          std::int64_t shift = 0) {
  double worst = 0;
  for (std::size_t i = first; i < end; ++i) {
    const double expected = sine(static_cast<std::int64_t>(i) - shift, 0, 48000);
    worst = std::max(worst, std::abs(samples[i] - expected));
  }
  return worst;
}

}  // namespace mpienc::test
