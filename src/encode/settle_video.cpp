#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "mpienc/av/encoder_names.hpp"
#include "mpienc/encode/display.hpp"
#include "mpienc/encode/video_encoder.hpp"
#include "mpienc/encode/video_settings.hpp"

extern "C" {
#include <libavutil/pixdesc.h>
}

namespace mpienc::encode {

namespace {

bool is_x264(const AVCodec& codec) { return std::string_view(codec.name) == "libx264"; }

AVPixelFormat format_for_profile(const std::string& profile, AVPixelFormat source) {
  const auto* description = av_pix_fmt_desc_get(source);
  const bool deep = description != nullptr && description->comp[0].depth > 8;
  const bool full_range = source == AV_PIX_FMT_YUVJ420P;
  if (profile == "baseline" || profile == "main" || profile == "high") {
    return full_range ? source : AV_PIX_FMT_YUV420P;
  }
  if (profile == "high10") return deep ? AV_PIX_FMT_YUV420P10LE : AV_PIX_FMT_YUV420P;
  return source;
}

AVPixelFormat choose_pixel_format(const VideoOptions& options, const AVCodec& codec, AVPixelFormat source) {
  if (!options.pix_fmt.empty()) {
    const auto named = av_get_pix_fmt(options.pix_fmt.c_str());
    if (named == AV_PIX_FMT_NONE) {
      throw Error(
          ExitStatus::usage,
          fmt::format("--pix-fmt {}: no such pixel format (ffmpeg -pix_fmts lists all)", options.pix_fmt));
    }
    if (nearest_pixel_format(codec, named) != named) {
      throw Error(ExitStatus::usage,
                  fmt::format("--pix-fmt {}: encoder {} does not take it; near is {}", options.pix_fmt,
                              codec.name, av_get_pix_fmt_name(nearest_pixel_format(codec, named))));
    }
    return named;
  }
  const auto wanted = is_x264(codec) ? format_for_profile(options.profile, source) : source;
  return nearest_pixel_format(codec, wanted);
}

bool counts_frames(const AVCodec& codec) {
  constexpr std::array constant_rate = {AV_CODEC_ID_MPEG1VIDEO, AV_CODEC_ID_MPEG2VIDEO, AV_CODEC_ID_MPEG4,
                                        AV_CODEC_ID_H263,       AV_CODEC_ID_H263P,      AV_CODEC_ID_FLV1,
                                        AV_CODEC_ID_MSMPEG4V2,  AV_CODEC_ID_MSMPEG4V3,  AV_CODEC_ID_WMV1,
                                        AV_CODEC_ID_WMV2,       AV_CODEC_ID_DVVIDEO,    AV_CODEC_ID_THEORA};
  return std::ranges::find(constant_rate, codec.id) != constant_rate.end();
}

bool can_be_interlaced(const AVCodec& codec, const VideoOptions& options, int height) {
  if (is_x264(codec)) return options.profile != "baseline" && height % 4 == 0;
  return codec.id == AV_CODEC_ID_MPEG2VIDEO || codec.id == AV_CODEC_ID_MPEG4;
}

int even(int size, int log2_chroma) { return (size >> log2_chroma) << log2_chroma; }

}  // namespace

VideoSettings settle_video(const VideoOptions& options, const av::Stream& source, const AVFrame& first,
                           bool interlaced) {
  const auto& codec = av::find_encoder(options.codec, AVMEDIA_TYPE_VIDEO);
  VideoSettings s;
  s.options = options;
  s.pixel_format = choose_pixel_format(options, codec, static_cast<AVPixelFormat>(first.format));
  s.width = first.width;
  s.height = first.height;
  s.sample_aspect = source.sample_aspect.num > 0        ? source.sample_aspect
                    : first.sample_aspect_ratio.num > 0 ? av::from_av(first.sample_aspect_ratio)
                                                        : Rational{0, 1};
  s.filters = rotation_filters(source);
  if (s.filters.starts_with("transpose")) {
    std::swap(s.width, s.height);
    if (s.sample_aspect.num > 0) std::swap(s.sample_aspect.num, s.sample_aspect.den);
  }
  if (is_x264(codec)) {
    const auto* description = av_pix_fmt_desc_get(static_cast<AVPixelFormat>(s.pixel_format));
    const auto width = even(s.width, description->log2_chroma_w);
    const auto height = even(s.height, description->log2_chroma_h);
    const bool odd = width != s.width || height != s.height;
    s.width = width;
    s.height = height;
    if (odd) {
      s.filters += s.filters.empty() ? "" : ",";
      s.filters += "crop=trunc(iw/2)*2:trunc(ih/2)*2:0:0";
    }
    s.hdr_parameters = hdr_parameters(source, first);
  }
  s.time_base = source.time_base;
  s.frame_rate = source.frame_rate;
  s.counts_frames = counts_frames(codec);
  s.encoder_time_base = s.time_base;
  if (s.counts_frames) {
    if (s.frame_rate.num <= 0) s.frame_rate = {25, 1};
    s.encoder_time_base = {s.frame_rate.den, s.frame_rate.num};
  }
  s.color_range = first.color_range;
  s.color_primaries = first.color_primaries;
  s.color_transfer = first.color_trc;
  s.color_space = first.colorspace;
  s.chroma_location = first.chroma_location;
#if LIBAVUTIL_VERSION_INT >= AV_VERSION_INT(58, 7, 100)
  const bool flagged = (first.flags & AV_FRAME_FLAG_INTERLACED) != 0;
  const bool top_first = (first.flags & AV_FRAME_FLAG_TOP_FIELD_FIRST) != 0;
#else
  const bool flagged = first.interlaced_frame != 0;
  const bool top_first = first.top_field_first != 0;
#endif
  s.interlaced = (interlaced || flagged) && can_be_interlaced(codec, options, s.height);
  s.top_field_first = flagged ? top_first
                              : source.parameters->field_order != AV_FIELD_BB &&
                                    source.parameters->field_order != AV_FIELD_BT;
  return s;
}

}  // namespace mpienc::encode
