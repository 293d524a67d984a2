#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "mpienc/av/error.hpp"
#include "mpienc/av/stream.hpp"

namespace mpienc::test {

struct SourceClip {
  av::Stream stream;
  std::vector<av::Packet> packets;
};

/// A moving picture with texture, so that every frame differs from its neighbours.
inline av::Frame made_frame(int number, int width, int height, AVPixelFormat format) {
  auto frame = av::make_frame();
  frame->format = format;
  frame->width = width;
  frame->height = height;
  av::check(av_frame_get_buffer(frame.get(), 0), ExitStatus::internal, "frame");
  const bool deep = format == AV_PIX_FMT_YUV420P10LE;
  for (int plane = 0; plane < 3; ++plane) {
    const int rows = plane == 0 ? height : height / 2;
    const int columns = plane == 0 ? width : width / 2;
    for (int y = 0; y < rows; ++y) {
      auto* line = frame->data[plane] + y * frame->linesize[plane];
      for (int x = 0; x < columns; ++x) {
        const int value = (x + 3 * number) * (plane + 1) / 2 + y + ((x * y) >> 5) % 17 + number;
        if (deep) {
          reinterpret_cast<std::uint16_t*>(line)[x] = static_cast<std::uint16_t>(value & 1023);
        } else {
          line[x] = static_cast<std::uint8_t>(value);
        }
      }
    }
  }
  frame->pts = number;
  return frame;
}

inline void receive(AVCodecContext& encoder, std::vector<av::Packet>& packets) {
  for (;;) {
    auto packet = av::make_packet();
    if (avcodec_receive_packet(&encoder, packet.get()) < 0) return;
    packets.push_back(std::move(packet));
  }
}

inline SourceClip h264_clip(int frames, const std::string& x264_options,
                            AVPixelFormat format = AV_PIX_FMT_YUV420P, int width = 352, int height = 288) {
  const auto* codec = avcodec_find_encoder_by_name("libx264");
  av::CodecContext encoder(avcodec_alloc_context3(codec));
  encoder->width = width;
  encoder->height = height;
  encoder->pix_fmt = format;
  encoder->time_base = {1, 25};
  encoder->framerate = {25, 1};
  encoder->thread_count = 1;
  encoder->flags |= AV_CODEC_FLAG_GLOBAL_HEADER | AV_CODEC_FLAG_BITEXACT;
  AVDictionary* options = nullptr;
  av_dict_set(&options, "preset", "veryfast", 0);
  av_dict_set(&options, "x264-params", x264_options.c_str(), 0);
  const int code = avcodec_open2(encoder.get(), codec, &options);
  av_dict_free(&options);
  av::check(code, ExitStatus::codec, "libx264");
  SourceClip clip;
  for (int i = 0; i < frames; ++i) {
    const auto frame = made_frame(i, width, height, format);
    av::check(avcodec_send_frame(encoder.get(), frame.get()), ExitStatus::codec, "encode");
    receive(*encoder, clip.packets);
  }
  av::check(avcodec_send_frame(encoder.get(), nullptr), ExitStatus::codec, "flush");
  receive(*encoder, clip.packets);
  for (auto& packet : clip.packets) packet->duration = 1;
  clip.stream.parameters = av::make_codec_parameters();
  avcodec_parameters_from_context(clip.stream.parameters.get(), encoder.get());
  clip.stream.time_base = {1, 25};
  clip.stream.frame_rate = {25, 1};
  return clip;
}

/// The visible samples of every frame in display order.
inline std::vector<Bytes> decode(const AVCodecParameters& parameters,
                                 const std::vector<av::Packet>& packets) {
  const auto* codec = avcodec_find_decoder(parameters.codec_id);
  av::CodecContext decoder(avcodec_alloc_context3(codec));
  avcodec_parameters_to_context(decoder.get(), &parameters);
  decoder->thread_count = 1;
  av::check(avcodec_open2(decoder.get(), codec, nullptr), ExitStatus::codec, "decoder");
  std::vector<Bytes> frames;
  for (std::size_t i = 0; i <= packets.size(); ++i) {
    av::check(avcodec_send_packet(decoder.get(), i < packets.size() ? packets[i].get() : nullptr),
              ExitStatus::codec, "decode");
    for (auto frame = av::make_frame(); avcodec_receive_frame(decoder.get(), frame.get()) >= 0;) {
      Bytes samples;
      for (int plane = 0; plane < 3; ++plane) {
        const int rows = plane == 0 ? frame->height : frame->height / 2;
        const int columns = plane == 0 ? frame->width : frame->width / 2;
        for (int y = 0; y < rows; ++y) {
          const auto* line =
              reinterpret_cast<const std::byte*>(frame->data[plane] + y * frame->linesize[plane]);
          samples.insert(samples.end(), line, line + columns);
        }
      }
      frames.push_back(std::move(samples));
    }
  }
  return frames;
}

}  // namespace mpienc::test
