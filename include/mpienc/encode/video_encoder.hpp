#pragma once

#include <functional>
#include <stop_token>

#include "mpienc/av/handles.hpp"
#include "mpienc/core/bytes.hpp"
#include "mpienc/encode/video_settings.hpp"

namespace mpienc::encode {

/// One encoder of libavcodec with one thread, for one chunk. Throws Error(usage) for options that the
/// encoder refuses, Error(codec) when encoding fails.
class VideoEncoder {
 public:
  explicit VideoEncoder(const VideoSettings& settings);

  using Sink = std::function<void(const AVPacket&)>;
  /// pts in ticks of settings.encoder_time_base, strictly rising; null drains. `stop` is looked at between
  /// packets: what is held back for lookahead may take seconds.
  void encode(AVFrame* frame, const Sink& sink, const std::stop_token& stop = {});

  [[nodiscard]] Bytes extradata() const;
  [[nodiscard]] int reorder_depth() const { return context_->has_b_frames; }
  /// What the muxer needs: codec parameters with extradata.
  [[nodiscard]] av::CodecParameters parameters() const;

 private:
  av::CodecContext context_;
  av::Packet packet_;
};

/// Names of the encoder's pixel formats, best first for `source`; the first is the one to use.
[[nodiscard]] AVPixelFormat nearest_pixel_format(const AVCodec& codec, AVPixelFormat source);

}  // namespace mpienc::encode
