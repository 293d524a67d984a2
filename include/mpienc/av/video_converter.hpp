#pragma once

#include <string>

#include "mpienc/av/handles.hpp"

namespace mpienc::av {

/// What frames are to become: size and pixel format, after `filters` (a libavfilter chain, may be empty).
struct VideoShape {
  int width = 0;
  int height = 0;
  AVPixelFormat format = AV_PIX_FMT_NONE;
  std::string filters;
};

/// Brings frames of any size and format, also changing ones, to one shape, bit-exactly on any machine.
/// A frame that has the shape already passes untouched. Throws Error(codec).
class VideoConverter {
 public:
  explicit VideoConverter(VideoShape shape);
  [[nodiscard]] Frame convert(Frame frame);

 private:
  void build(const AVFrame& frame);

  VideoShape shape_;
  FilterGraph graph_;
  AVFilterContext* source_ = nullptr;
  AVFilterContext* sink_ = nullptr;
  int built_width_ = 0, built_height_ = 0, built_format_ = -1;
};

}  // namespace mpienc::av
