#pragma once

#include <memory>

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavfilter/avfilter.h>
#include <libavformat/avformat.h>
#include <libavutil/frame.h>
}

namespace mpienc::av {

struct Deleter {
  void operator()(AVPacket* p) const { av_packet_free(&p); }
  void operator()(AVFrame* p) const { av_frame_free(&p); }
  void operator()(AVCodecContext* p) const { avcodec_free_context(&p); }
  void operator()(AVCodecParameters* p) const { avcodec_parameters_free(&p); }
  void operator()(AVFilterGraph* p) const { avfilter_graph_free(&p); }
  void operator()(AVDictionary* p) const { av_dict_free(&p); }
};

template <class T>
using Handle = std::unique_ptr<T, Deleter>;

using Packet = Handle<AVPacket>;
using Frame = Handle<AVFrame>;
using CodecContext = Handle<AVCodecContext>;
using CodecParameters = Handle<AVCodecParameters>;
using FilterGraph = Handle<AVFilterGraph>;

/// Each throws Error(internal) when memory runs out.
[[nodiscard]] Packet make_packet();
[[nodiscard]] Frame make_frame();
[[nodiscard]] CodecParameters make_codec_parameters();

/// New references to the same data.
[[nodiscard]] Packet clone(const AVPacket& packet);
[[nodiscard]] CodecParameters clone(const AVCodecParameters& parameters);

}  // namespace mpienc::av
