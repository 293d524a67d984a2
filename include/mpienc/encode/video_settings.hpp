#pragma once

#include <optional>
#include <string>

#include "mpienc/av/stream.hpp"
#include "mpienc/core/bytes.hpp"

namespace mpienc::encode {

/// What the user chose; empty strings and absent values leave the encoder's defaults.
struct VideoOptions {
  std::string codec = "libx264";
  std::optional<double> crf;
  std::string preset, tune, profile, pix_fmt;
  std::string encoder_options;  ///< "key=value:..."
  std::string simd = "avx2";
  bool global_header = true;  ///< the muxer wants parameter sets in the header
};

/// All that an encoder for any chunk of a job needs beside the chunk: the same on every rank.
struct VideoSettings {
  VideoOptions options;
  int width = 0, height = 0;
  int pixel_format = -1;         ///< AVPixelFormat of the encoder's input
  Rational time_base{1, 90000};  ///< of the programme's video timestamps
  Rational encoder_time_base{1, 90000};
  bool counts_frames = false;  ///< encoder_time_base is one frame: codecs that know constant rates only
  Rational frame_rate{0, 1};
  Rational sample_aspect{0, 1};
  int color_range = 0, color_primaries = 0, color_transfer = 0, color_space = 0, chroma_location = 0;
  bool interlaced = false;
  bool top_field_first = true;
  std::string filters;         ///< libavfilter chain before the scaler, e.g. a rotation; may be empty
  std::string hdr_parameters;  ///< x264 parameters for mastering display and light level; may be empty

  [[nodiscard]] Bytes serialise() const;
  [[nodiscard]] static VideoSettings parse(std::span<const std::byte> bytes);
};

/// Settles the settings from the first decoded frame. Throws Error(usage) for options that the encoder
/// does not know or that would break the promise of equal bytes (threads, open GOPs, ...).
[[nodiscard]] VideoSettings settle_video(const VideoOptions& options, const av::Stream& source,
                                         const AVFrame& first_frame, bool interlaced);

}  // namespace mpienc::encode
