#include "mpienc/encode/video_encoder.hpp"

#include <fmt/format.h>

#include "mpienc/av/encoder_names.hpp"
#include "mpienc/av/error.hpp"
#include "mpienc/av/log_capture.hpp"
#include "mpienc/encode/encoder_options.hpp"

extern "C" {
#include <libavutil/dict.h>
#include <libavutil/pixdesc.h>
}

namespace mpienc::encode {

namespace {

av::Handle<AVDictionary> to_dictionary(const std::map<std::string, std::string>& options) {
  AVDictionary* dictionary = nullptr;
  for (const auto& [name, value] : options) av_dict_set(&dictionary, name.c_str(), value.c_str(), 0);
  return av::Handle<AVDictionary>(dictionary);
}

void configure(AVCodecContext& context, const VideoSettings& s) {
  context.width = s.width;
  context.height = s.height;
  context.pix_fmt = static_cast<AVPixelFormat>(s.pixel_format);
  context.time_base = av::to_av(s.encoder_time_base);
  if (s.frame_rate.num > 0) context.framerate = av::to_av(s.frame_rate);
  context.sample_aspect_ratio = av::to_av(s.sample_aspect);
  context.color_range = static_cast<AVColorRange>(s.color_range);
  context.color_primaries = static_cast<AVColorPrimaries>(s.color_primaries);
  context.color_trc = static_cast<AVColorTransferCharacteristic>(s.color_transfer);
  context.colorspace = static_cast<AVColorSpace>(s.color_space);
  context.chroma_sample_location = static_cast<AVChromaLocation>(s.chroma_location);
  context.thread_count = 1;
  context.flags |= AV_CODEC_FLAG_CLOSED_GOP | AV_CODEC_FLAG_BITEXACT;
  if (s.options.global_header) context.flags |= AV_CODEC_FLAG_GLOBAL_HEADER;
  if (s.interlaced) {
    context.flags |= AV_CODEC_FLAG_INTERLACED_DCT | AV_CODEC_FLAG_INTERLACED_ME;
    context.field_order = s.top_field_first ? AV_FIELD_TT : AV_FIELD_BB;
  } else {
    context.field_order = AV_FIELD_PROGRESSIVE;
  }
}

const AVPixelFormat* pixel_formats(const AVCodec& codec) {
#if LIBAVCODEC_VERSION_INT >= AV_VERSION_INT(61, 19, 100)
  const void* formats = nullptr;
  avcodec_get_supported_config(nullptr, &codec, AV_CODEC_CONFIG_PIX_FORMAT, 0, &formats, nullptr);
  return static_cast<const AVPixelFormat*>(formats);
#else
  return codec.pix_fmts;
#endif
}

}  // namespace

AVPixelFormat nearest_pixel_format(const AVCodec& codec, AVPixelFormat source) {
  const auto* formats = pixel_formats(codec);
  if (formats == nullptr) return source;
  const auto* description = av_pix_fmt_desc_get(source);
  const bool alpha = description != nullptr && (description->flags & AV_PIX_FMT_FLAG_ALPHA) != 0;
  return avcodec_find_best_pix_fmt_of_list(formats, source, alpha ? 1 : 0, nullptr);
}

VideoEncoder::VideoEncoder(const VideoSettings& settings) : packet_(av::make_packet()) {
  const auto& codec = av::find_encoder(settings.options.codec, AVMEDIA_TYPE_VIDEO);
  context_.reset(avcodec_alloc_context3(&codec));
  if (!context_) throw Error(ExitStatus::internal, "out of memory");
  configure(*context_, settings);
  auto dictionary = to_dictionary(encoder_dictionary(codec, settings));
  auto* raw = dictionary.release();
  const av::LogCapture said;
  const int code = avcodec_open2(context_.get(), &codec, &raw);
  dictionary.reset(raw);
  if (code < 0) {
    const auto detail = said.last();
    throw Error(ExitStatus::usage, fmt::format("encoder {} refuses these settings: {}", codec.name,
                                               detail.empty() ? av::describe(code) : detail));
  }
}

void VideoEncoder::encode(AVFrame* frame, const Sink& sink, const std::stop_token& stop) {
  av::check(avcodec_send_frame(context_.get(), frame), ExitStatus::codec, "video encoder");
  while (!stop.stop_requested()) {
    const int code = avcodec_receive_packet(context_.get(), packet_.get());
    if (code == AVERROR(EAGAIN) || code == AVERROR_EOF) return;
    av::check(code, ExitStatus::codec, "video encoder");
    sink(*packet_);
    av_packet_unref(packet_.get());
  }
}

Bytes VideoEncoder::extradata() const {
  const auto* data = reinterpret_cast<const std::byte*>(context_->extradata);
  return {data, data + context_->extradata_size};
}

av::CodecParameters VideoEncoder::parameters() const {
  auto parameters = av::make_codec_parameters();
  av::check(avcodec_parameters_from_context(parameters.get(), context_.get()), ExitStatus::internal,
            "video encoder");
  return parameters;
}

}  // namespace mpienc::encode
