#pragma once

#include <cmath>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "mpienc/av/error.hpp"
#include "mpienc/av/stream.hpp"

extern "C" {
#include <libavutil/channel_layout.h>
#include <libavutil/opt.h>
}

namespace mpienc::test {

/// A small encoded track made by libavcodec.
struct Clip {
  av::Stream stream;
  std::vector<av::Packet> packets;
  Bytes late_extradata;  ///< what FLAC's encoder gives at its end
};

inline void drain(AVCodecContext& encoder, Clip& clip) {
  while (true) {
    auto packet = av::make_packet();
    const int code = avcodec_receive_packet(&encoder, packet.get());
    if (code == AVERROR(EAGAIN) || code == AVERROR_EOF) return;
    av::check(code, ExitStatus::codec, "encode");
    std::size_t size = 0;
    const auto* late = av_packet_get_side_data(packet.get(), AV_PKT_DATA_NEW_EXTRADATA, &size);
    if (late != nullptr) {
      const auto* bytes = reinterpret_cast<const std::byte*>(late);
      clip.late_extradata.assign(bytes, bytes + size);
    }
    if (packet->size > 0) clip.packets.push_back(std::move(packet));
  }
}

inline Clip finish(AVCodecContext& encoder, Clip clip) {
  av::check(avcodec_send_frame(&encoder, nullptr), ExitStatus::codec, "flush");
  drain(encoder, clip);
  clip.stream.parameters = av::make_codec_parameters();
  av::check(avcodec_parameters_from_context(clip.stream.parameters.get(), &encoder), ExitStatus::codec,
            "parameters");
  clip.stream.time_base = av::from_av(encoder.time_base);
  return clip;
}

inline Clip video_clip(int frames, Rational frame_rate = {25, 1}) {
  const auto* codec = avcodec_find_encoder_by_name("libx264");
  av::CodecContext encoder(avcodec_alloc_context3(codec));
  encoder->width = 160;
  encoder->height = 120;
  encoder->pix_fmt = AV_PIX_FMT_YUV420P;
  encoder->time_base = {frame_rate.den, frame_rate.num};
  encoder->gop_size = 12;
  encoder->max_b_frames = 2;
  encoder->thread_count = 1;
  encoder->flags |= AV_CODEC_FLAG_GLOBAL_HEADER | AV_CODEC_FLAG_BITEXACT;
  av_opt_set(encoder->priv_data, "preset", "veryfast", 0);
  av::check(avcodec_open2(encoder.get(), codec, nullptr), ExitStatus::codec, "libx264");
  Clip clip;
  for (int i = 0; i < frames; ++i) {
    auto frame = av::make_frame();
    frame->format = encoder->pix_fmt;
    frame->width = encoder->width;
    frame->height = encoder->height;
    av::check(av_frame_get_buffer(frame.get(), 0), ExitStatus::internal, "frame");
    for (int plane = 0; plane < 3; ++plane) {
      const int height = plane == 0 ? 120 : 60;
      const int width = plane == 0 ? 160 : 80;
      for (int y = 0; y < height; ++y) {
        for (int x = 0; x < width; ++x) {
          frame->data[plane][y * frame->linesize[plane] + x] =
              static_cast<std::uint8_t>(x * (plane + 1) + y * 2 + i * 3);
        }
      }
    }
    frame->pts = i;
    frame->pict_type = AV_PICTURE_TYPE_NONE;
    av::check(avcodec_send_frame(encoder.get(), frame.get()), ExitStatus::codec, "encode");
    drain(*encoder, clip);
  }
  clip = finish(*encoder, std::move(clip));
  clip.stream.frame_rate = frame_rate;
  for (auto& packet : clip.packets) packet->duration = 1;
  return clip;
}

inline Clip audio_clip(const std::string& encoder_name, AVSampleFormat format, double seconds) {
  constexpr int kRate = 44100;
  const auto* codec = avcodec_find_encoder_by_name(encoder_name.c_str());
  av::CodecContext encoder(avcodec_alloc_context3(codec));
  encoder->sample_fmt = format;
  encoder->sample_rate = kRate;
  encoder->time_base = {1, kRate};
  av_channel_layout_default(&encoder->ch_layout, 1);
  encoder->flags |= AV_CODEC_FLAG_GLOBAL_HEADER | AV_CODEC_FLAG_BITEXACT;
  av::check(avcodec_open2(encoder.get(), codec, nullptr), ExitStatus::codec, encoder_name);
  Clip clip;
  const int size = encoder->frame_size > 0 ? encoder->frame_size : 1024;
  for (std::int64_t at = 0; at < static_cast<std::int64_t>(seconds * kRate); at += size) {
    auto frame = av::make_frame();
    frame->format = format;
    frame->nb_samples = size;
    frame->sample_rate = kRate;
    av_channel_layout_copy(&frame->ch_layout, &encoder->ch_layout);
    av::check(av_frame_get_buffer(frame.get(), 0), ExitStatus::internal, "frame");
    for (int i = 0; i < size; ++i) {
      const double value = 0.4 * std::sin(2 * 3.14159265358979 * 440 * static_cast<double>(at + i) / kRate);
      if (format == AV_SAMPLE_FMT_FLTP) {
        reinterpret_cast<float*>(frame->data[0])[i] = static_cast<float>(value);
      } else {
        reinterpret_cast<std::int16_t*>(frame->data[0])[i] = static_cast<std::int16_t>(value * 32767);
      }
    }
    frame->pts = at;
    av::check(avcodec_send_frame(encoder.get(), frame.get()), ExitStatus::codec, "encode");
    drain(*encoder, clip);
  }
  return finish(*encoder, std::move(clip));
}

inline Clip mp3_clip(double seconds) { return audio_clip("libmp3lame", AV_SAMPLE_FMT_FLTP, seconds); }
inline Clip flac_clip(double seconds) { return audio_clip("flac", AV_SAMPLE_FMT_S16, seconds); }

inline av::Stream copy_of(const av::Stream& stream) {
  av::Stream copy;
  copy.parameters = av::clone(*stream.parameters);
  copy.time_base = stream.time_base;
  copy.frame_rate = stream.frame_rate;
  copy.sample_aspect = stream.sample_aspect;
  copy.metadata = stream.metadata;
  copy.disposition = stream.disposition;
  copy.side_data = stream.side_data;
  return copy;
}

}  // namespace mpienc::test
