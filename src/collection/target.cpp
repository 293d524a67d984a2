#include "mpienc/collection/target.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "mpienc/collection/file_name.hpp"
#include "mpienc/core/error.hpp"

namespace mpienc::collection {

namespace {

constexpr std::string_view all_codecs = "mp3, vorbis, opus, flac, aac, test or ffmpeg:NAME";
constexpr std::string_view ffmpeg_prefix = "ffmpeg:";

bool is_encoder_name(std::string_view name) {
  return !name.empty() && std::ranges::all_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
  });
}

Target target_of(std::string_view codec, std::string_view ffmpeg_extension) {
  struct Known {
    std::string_view codec, extension;
  };
  constexpr std::array known{Known{"mp3", ".mp3"},   Known{"vorbis", ".ogg"}, Known{"opus", ".opus"},
                             Known{"flac", ".flac"}, Known{"aac", ".m4a"},    Known{"test", ".ana"}};
  const auto found = std::ranges::find(known, codec, &Known::codec);
  if (found != known.end()) return {std::string(codec), std::string(codec), std::string(found->extension)};
  if (codec.starts_with(ffmpeg_prefix) && is_encoder_name(codec.substr(ffmpeg_prefix.size()))) {
    return {std::string(codec), fmt::format("ffmpeg-{}", codec.substr(ffmpeg_prefix.size())),
            std::string(ffmpeg_extension)};
  }
  throw Error(ExitStatus::usage,
              fmt::format("--to: no codec is called '{}'; give {}", shown(codec), all_codecs));
}

}  // namespace

std::vector<Target> targets_of(std::string_view list, std::string_view ffmpeg_extension) {
  std::vector<Target> targets;
  for (std::size_t from = 0; from <= list.size();) {
    const auto to = std::min(list.find(',', from), list.size());
    const auto target = target_of(list.substr(from, to - from), ffmpeg_extension);
    if (std::ranges::find(targets, target) == targets.end()) targets.push_back(target);
    from = to + 1;
  }
  return targets;
}

}  // namespace mpienc::collection
