#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace mpienc::collection {

/// What files are converted to; each has its own folder in the output.
struct Target {
  std::string codec;      ///< as asked for: "mp3", "ffmpeg:alac"
  std::string folder;     ///< "mp3", "ffmpeg-alac", as memory cards take no colon
  std::string extension;  ///< ".mp3"
  friend bool operator==(const Target&, const Target&) = default;
};

/// Of "mp3,vorbis,opus,flac,aac,test,ffmpeg:NAME" or a part of it, in that order, each once.
/// `ffmpeg_extension` (".mka") is that of ffmpeg:NAME. Throws Error(usage) for other codecs and for an empty
/// list.
[[nodiscard]] std::vector<Target> targets_of(std::string_view list, std::string_view ffmpeg_extension);

}  // namespace mpienc::collection
