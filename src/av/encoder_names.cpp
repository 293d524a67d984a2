#include "mpienc/av/encoder_names.hpp"

#include <algorithm>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "mpienc/core/error.hpp"

namespace mpienc::av {
namespace {

/// Optimal string alignment distance: insertions, deletions, substitutions and swaps of neighbours.
std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::vector<std::size_t>> d(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
  for (std::size_t i = 0; i <= a.size(); ++i) d[i][0] = i;
  for (std::size_t j = 0; j <= b.size(); ++j) d[0][j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t substitution = d[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      d[i][j] = std::min({d[i - 1][j] + 1, d[i][j - 1] + 1, substitution});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        d[i][j] = std::min(d[i][j], d[i - 2][j - 2] + 1);
      }
    }
  }
  return d[a.size()][b.size()];
}

std::size_t unlikeness(std::string_view asked, const AVCodec& codec) {
  if (asked == avcodec_get_name(codec.id)) return 0;
  const std::string_view name = codec.name;
  return std::min(edit_distance(asked, name), 1 + edit_distance(asked, name.substr(0, asked.size())));
}

std::vector<std::string> near_names(const std::string& asked, AVMediaType type) {
  const std::size_t limit = std::max<std::size_t>(1, asked.size() / 3);
  std::vector<std::pair<std::size_t, std::string>> found;
  void* state = nullptr;
  while (const AVCodec* codec = av_codec_iterate(&state)) {
    if (codec->type != type || av_codec_is_encoder(codec) == 0) continue;
    const std::size_t distance = unlikeness(asked, *codec);
    if (distance <= limit) found.emplace_back(distance, codec->name);
  }
  std::sort(found.begin(), found.end());
  if (found.size() > 3) found.resize(3);
  std::vector<std::string> names;
  for (auto& [distance, name] : found) names.push_back(std::move(name));
  return names;
}

}  // namespace

const AVCodec& find_encoder(const std::string& name, AVMediaType type) {
  const AVCodec* codec = avcodec_find_encoder_by_name(name.c_str());
  if (codec != nullptr && codec->type == type) return *codec;

  std::string line = fmt::format("no {} encoder '{}'", av_get_media_type_string(type), name);
  if (codec != nullptr) {
    line += fmt::format(": it encodes {}", av_get_media_type_string(codec->type));
  } else if (const auto names = near_names(name, type); !names.empty()) {
    line += fmt::format("; did you mean {}?", fmt::join(names, ", "));
  }
  throw Error(ExitStatus::usage, line + " (ffmpeg -encoders lists all)");
}

}  // namespace mpienc::av
