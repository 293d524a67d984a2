#include "mpienc/encode/frame_relay.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "mpienc/av/encoder_names.hpp"
#include "mpienc/av/error.hpp"
#include "mpienc/encode/chunk_decoder.hpp"
#include "mpienc/encode/video_encoder.hpp"

extern "C" {
#include <libavutil/pixdesc.h>
}

namespace mpienc::encode {

namespace {

/// The same samples under the name that FFV1 knows; full range is kept beside it.
AVPixelFormat without_range(AVPixelFormat format) {
  switch (format) {
    case AV_PIX_FMT_YUVJ420P: return AV_PIX_FMT_YUV420P;
    case AV_PIX_FMT_YUVJ422P: return AV_PIX_FMT_YUV422P;
    case AV_PIX_FMT_YUVJ444P: return AV_PIX_FMT_YUV444P;
    case AV_PIX_FMT_YUVJ440P: return AV_PIX_FMT_YUV440P;
    default: return format;
  }
}

}  // namespace

FrameRelay::FrameRelay(RelayStart start)
    : start_(std::move(start)),
      decoder_(open_decoder(*start_.source, start_.starts_stream)),
      next_packet_(start_.first_packet),
      begun_(start_.starts_stream) {}

void FrameRelay::open_encoder(const AVFrame& frame) {
  const auto& codec = av::find_encoder("ffv1", AVMEDIA_TYPE_VIDEO);
  const auto format = without_range(static_cast<AVPixelFormat>(frame.format));
  if (nearest_pixel_format(codec, format) != format) {
    throw Error(ExitStatus::codec,
                fmt::format("the video has no safe point to cut, and its pixel format {} cannot "
                            "be relayed; raise --max-chunk",
                            av_get_pix_fmt_name(format)));
  }
  encoder_.reset(avcodec_alloc_context3(&codec));
  if (!encoder_) throw Error(ExitStatus::internal, "out of memory");
  encoder_->width = frame.width;
  encoder_->height = frame.height;
  encoder_->pix_fmt = format;
  encoder_->time_base = {1, 1000};
  encoder_->sample_aspect_ratio = frame.sample_aspect_ratio;
  encoder_->color_range = frame.color_range;
  encoder_->color_primaries = frame.color_primaries;
  encoder_->color_trc = frame.color_trc;
  encoder_->colorspace = frame.colorspace;
  encoder_->chroma_sample_location = frame.chroma_location;
  encoder_->thread_count = 1;
  encoder_->level = 3;
  encoder_->gop_size = 1;
  av::check(avcodec_open2(encoder_.get(), &codec, nullptr), ExitStatus::codec, "encoder ffv1");
  auto parameters = av::make_codec_parameters();
  av::check(avcodec_parameters_from_context(parameters.get(), encoder_.get()), ExitStatus::internal,
            "encoder ffv1");
  parameters_ = std::move(parameters);
}

PacketTime FrameRelay::time_of(std::int64_t id) {
  constexpr std::int64_t reordering = 64;
  const auto found = times_.find(id);
  if (found == times_.end()) return {};
  const auto time = found->second;
  found->second.pts.reset();
  times_.erase(times_.begin(), times_.lower_bound(id - reordering));
  return time;
}

void FrameRelay::relay(AVFrame& frame, const Sink& sink) {
  frame.format = without_range(static_cast<AVPixelFormat>(frame.format));
  if (!encoder_ || encoder_->width != frame.width || encoder_->height != frame.height ||
      encoder_->pix_fmt != frame.format) {
    open_encoder(frame);
  }
  const auto time = time_of(frame.pts);
  frame.pts = next_packet_;
  frame.pict_type = AV_PICTURE_TYPE_NONE;
  av::check(avcodec_send_frame(encoder_.get(), &frame), ExitStatus::codec, "encoder ffv1");
  auto packet = av::make_packet();
  av::check(avcodec_receive_packet(encoder_.get(), packet.get()), ExitStatus::codec, "encoder ffv1");
  sink({std::move(packet), time, parameters_});
}

void FrameRelay::take_frames(const Sink& sink) {
  for (;;) {
    const auto frame = av::make_frame();
    const int code = avcodec_receive_frame(decoder_.get(), frame.get());
    if (code == AVERROR(EAGAIN) || code == AVERROR_EOF) return;
    if (code < 0) {
      ++decode_errors_;
      return;
    }
    const auto leading_end = start_.first_packet + start_.own_leading;
    if (!begun_) begun_ = frame->pts == start_.first_packet || frame->pts > leading_end;
    if (!begun_) continue;
    damaged_frames_ += frame->decode_error_flags != 0 || (frame->flags & AV_FRAME_FLAG_CORRUPT) != 0 ? 1 : 0;
    relay(*frame, sink);
  }
}

void FrameRelay::push(const AVPacket& packet, PacketTime time, const Sink& sink) {
  const auto sent = av::clone(packet);
  sent->pts = sent->dts = next_packet_;
  times_[next_packet_++] = time;
  if (avcodec_send_packet(decoder_.get(), sent.get()) < 0) ++decode_errors_;
  take_frames(sink);
}

void FrameRelay::finish(const Sink& sink) {
  avcodec_send_packet(decoder_.get(), nullptr);
  take_frames(sink);
}

}  // namespace mpienc::encode
