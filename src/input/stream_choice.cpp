#include "mpienc/input/stream_choice.hpp"

#include <algorithm>
#include <cctype>

#include <fmt/format.h>

#include "mpienc/core/error.hpp"

namespace mpienc::input {

namespace {

bool is_picture(const AVStream& stream) {
  return (stream.disposition & (AV_DISPOSITION_ATTACHED_PIC | AV_DISPOSITION_TIMED_THUMBNAILS)) != 0;
}

std::string without_file_number(std::string map) {
  const auto digits = std::ranges::find_if_not(map, [](unsigned char c) { return std::isdigit(c) != 0; });
  if (digits != map.begin() && digits != map.end() && *digits == ':') map.erase(map.begin(), digits + 1);
  return map;
}

int best_video(AVFormatContext& format) {
  const int best = av_find_best_stream(&format, AVMEDIA_TYPE_VIDEO, -1, -1, nullptr, 0);
  return best >= 0 && !is_picture(*format.streams[best]) ? best : -1;
}

}  // namespace

StreamChoice choose_streams(const AVFormatContext& format, const std::vector<std::string>& maps) {
  auto& context = const_cast<AVFormatContext&>(format);
  StreamChoice choice;
  bool mapped_audio = false;
  for (const auto& map : maps) {
    auto specifier = without_file_number(map);
    const bool optional = specifier.ends_with('?');
    if (optional) specifier.pop_back();
    bool matched = false;
    for (int i = 0; i < static_cast<int>(format.nb_streams); ++i) {
      auto* stream = format.streams[i];
      const int code = avformat_match_stream_specifier(&context, stream, specifier.c_str());
      if (code < 0) {
        throw Error(
            ExitStatus::usage,
            fmt::format("--map {}: not a stream specifier; examples: 0:a:1, v:0, a:m:language:eng", map));
      }
      if (code == 0) continue;
      const auto type = stream->codecpar->codec_type;
      if (type == AVMEDIA_TYPE_VIDEO) {
        matched = true;
        if (choice.video < 0) choice.video = i;
      } else if (type == AVMEDIA_TYPE_AUDIO) {
        matched = mapped_audio = true;
        if (std::ranges::find(choice.audio, i) == choice.audio.end()) choice.audio.push_back(i);
      }
    }
    if (!matched && !optional) {
      throw Error(ExitStatus::usage,
                  fmt::format("--map {}: no video or audio stream of the input matches", map));
    }
  }
  if (choice.video < 0) choice.video = best_video(context);
  if (!mapped_audio) {
    for (int i = 0; i < static_cast<int>(format.nb_streams); ++i) {
      if (format.streams[i]->codecpar->codec_type == AVMEDIA_TYPE_AUDIO) choice.audio.push_back(i);
    }
  }
  return choice;
}

}  // namespace mpienc::input
