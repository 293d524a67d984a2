#pragma once

#include <cstdint>
#include <optional>

#include "mpienc/app/options.hpp"
#include "mpienc/av/stream.hpp"
#include "mpienc/encode/video_settings.hpp"
#include "mpienc/input/program.hpp"
#include "mpienc/output/video_join.hpp"

namespace mpienc::app {

/// How the programme's video reaches the output: encoded in chunks, copied, or not at all.
struct VideoPath {
  enum class Kind { none, copy, encode };
  Kind kind = Kind::none;
  std::optional<av::Stream> track;  ///< of the output; nothing with Kind::none

  encode::VideoSettings settings;  ///< these and the rest with Kind::encode only
  output::VideoJoiner::Settings joining;
  std::int64_t pixels = 0;          ///< of a source frame
  std::int64_t bytes_per_lane = 0;  ///< memory that a lane needs

  [[nodiscard]] bool encodes() const { return kind == Kind::encode; }
};

/// Decodes the first frame where there is video to encode; what was read for it is put back. Error(input or
/// codec) where that or the settings fail.
[[nodiscard]] VideoPath plan_video(input::Program& program, const Options& options,
                                   const AVOutputFormat& container);

}  // namespace mpienc::app
