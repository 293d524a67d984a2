#include "mpienc/av/video_converter.hpp"

#include <utility>

#include <fmt/format.h>

#include "mpienc/av/error.hpp"

extern "C" {
#include <libavfilter/buffersink.h>
#include <libavfilter/buffersrc.h>
#include <libavutil/pixdesc.h>
}

namespace mpienc::av {

namespace {

struct InOutDeleter {
  void operator()(AVFilterInOut* p) const { avfilter_inout_free(&p); }
};

}  // namespace

VideoConverter::VideoConverter(VideoShape shape) : shape_(std::move(shape)) {}

void VideoConverter::build(const AVFrame& frame) {
  graph_.reset(avfilter_graph_alloc());
  if (!graph_) throw Error(ExitStatus::internal, "out of memory");
  graph_->nb_threads = 1;
  const auto aspect = frame.sample_aspect_ratio.num > 0 ? frame.sample_aspect_ratio : AVRational{0, 1};
  const auto arguments = fmt::format(
      "buffer=video_size={}x{}:pix_fmt={}:time_base=1/1:pixel_aspect={}/{} [in]; [in] {}{}"
      "scale={}:{}:flags=bicubic+accurate_rnd+full_chroma_int+bitexact:interl=-1,format={},buffersink",
      frame.width, frame.height, frame.format, aspect.num, aspect.den, shape_.filters,
      shape_.filters.empty() ? "" : ",", shape_.width, shape_.height, av_get_pix_fmt_name(shape_.format));
  AVFilterInOut* inputs = nullptr;
  AVFilterInOut* outputs = nullptr;
  const int parsed = avfilter_graph_parse2(graph_.get(), arguments.c_str(), &inputs, &outputs);
  const std::unique_ptr<AVFilterInOut, InOutDeleter> free_inputs(inputs), free_outputs(outputs);
  check(parsed, ExitStatus::codec, "video conversion");
  check(avfilter_graph_config(graph_.get(), nullptr), ExitStatus::codec, "video conversion");
  source_ = sink_ = nullptr;
  for (unsigned i = 0; i < graph_->nb_filters; ++i) {
    auto* filter = graph_->filters[i];
    if (std::string_view(filter->filter->name) == "buffer") source_ = filter;
    if (std::string_view(filter->filter->name) == "buffersink") sink_ = filter;
  }
  built_width_ = frame.width;
  built_height_ = frame.height;
  built_format_ = frame.format;
}

Frame VideoConverter::convert(Frame frame) {
  if (shape_.filters.empty() && frame->width == shape_.width && frame->height == shape_.height &&
      frame->format == shape_.format) {
    return frame;
  }
  if (!graph_ || frame->width != built_width_ || frame->height != built_height_ ||
      frame->format != built_format_) {
    build(*frame);
  }
  check(av_buffersrc_add_frame(source_, frame.get()), ExitStatus::codec, "video conversion");
  auto converted = make_frame();
  check(av_buffersink_get_frame(sink_, converted.get()), ExitStatus::codec, "video conversion");
  return converted;
}

}  // namespace mpienc::av
