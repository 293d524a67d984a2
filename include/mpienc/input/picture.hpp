#pragma once

#include "mpienc/av/handles.hpp"

namespace mpienc::input {

/// What a video packet's own bytes say of where the stream may be cut.
struct Picture {
  bool safe_cut = false;       ///< decoding may start here and needs nothing before it
  bool bidirectional = false;  ///< a B picture that no other picture's timestamp waits for
  /// For codecs whose packets tell: whether this picture, coded after a key, is shown before it.
  enum class Leading { yes, no, by_pts } leading = Leading::by_pts;
};

/// Looks at packets of one stream in order. Rules per codec: docs/video.md.
class PictureParser {
 public:
  explicit PictureParser(const AVCodecParameters& parameters);
  [[nodiscard]] Picture inspect(const AVPacket& packet) const;

 private:
  AVCodecID codec_;
  int length_size_ = 0;
};

}  // namespace mpienc::input
