#pragma once

#include <string>
#include <vector>

#include "mpienc/av/handles.hpp"

namespace mpienc::input {

/// Indices into AVFormatContext::streams; video -1 for none.
struct StreamChoice {
  int video = -1;
  std::vector<int> audio;
};

/// The best video stream and all audio tracks. A map (ffmpeg's stream specifier, with or without the
/// file number: "0:a:1", "a:m:language:eng", "v:1") chooses among its own kind; the other kind stays.
/// Throws Error(usage) for a map that matches no video or audio stream, unless it ends in '?'.
[[nodiscard]] StreamChoice choose_streams(const AVFormatContext& format,
                                          const std::vector<std::string>& maps);

}  // namespace mpienc::input
