#include "mpienc/output/container.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <string>
#include <string_view>

#include "mpienc/core/error.hpp"

namespace mpienc::output {

namespace {

constexpr std::array<std::string_view, 16> kExtensions{"mkv", "mp4", "mov",  "mka", "m4a", "webm",
                                                       "ts",  "mp3", "flac", "wav", "ogg", "opus",
                                                       "avi", "mpg", "m4v",  "ac3"};
constexpr std::array<std::string_view, 5> kGeneralContainers{"mkv", "mp4", "mov", "ts", "avi"};

std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 0; i < a.size(); ++i) {
    auto diagonal = row[0];
    row[0] = i + 1;
    for (std::size_t j = 0; j < b.size(); ++j) {
      const auto replaced = diagonal + (a[i] == b[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({replaced, row[j] + 1, row[j + 1] + 1});
    }
  }
  return row.back();
}

std::string nearest_extension(std::string_view extension) {
  return std::string(*std::min_element(kExtensions.begin(), kExtensions.end(), [&](auto a, auto b) {
    return edit_distance(extension, a) < edit_distance(extension, b);
  }));
}

const AVOutputFormat* guess(const std::string& name) {
  return av_guess_format(nullptr, name.c_str(), nullptr);
}

bool holds(const AVOutputFormat& format, const av::Stream& track) {
  return avformat_query_codec(&format, track.parameters->codec_id, FF_COMPLIANCE_EXPERIMENTAL) != 0;
}

std::string advice(const std::vector<av::Stream>& tracks) {
  for (const auto extension : kGeneralContainers) {
    const auto* format = guess("x." + std::string(extension));
    if (format != nullptr &&
        std::all_of(tracks.begin(), tracks.end(), [&](const auto& t) { return holds(*format, t); })) {
      return "name the output ." + std::string(extension);
    }
  }
  return "choose another codec";
}

bool is_matroska(const AVOutputFormat& format) {
  const std::string_view name = format.name;
  return name == "matroska" || name == "webm";
}

}  // namespace

const AVOutputFormat& container_for(const std::filesystem::path& path) {
  const auto* format = guess(path.string());
  if (format == nullptr) {
    const auto extension = path.extension().string();
    throw Error(ExitStatus::output,
                path.string() + ": no container has the extension '" + extension + "'; " +
                    (extension.size() < 2 ? "name the output .mkv or .mp4"
                                          : "did you mean ." + nearest_extension(extension.substr(1)) + "?"));
  }
  if ((format->flags & (AVFMT_NOFILE | AVFMT_NEEDNUMBER)) != 0) {
    throw Error(ExitStatus::output, path.string() + ": the " + format->name +
                                        " container is not one single file; name the output .mkv or .mp4");
  }
  return *format;
}

bool holds_video(const AVOutputFormat& format) {
  return format.video_codec != AV_CODEC_ID_NONE && format.video_codec != AV_CODEC_ID_PNG;
}

void require_tracks_fit(const AVOutputFormat& format, const std::filesystem::path& path,
                        const std::vector<av::Stream>& tracks) {
  for (std::size_t i = 0; i < tracks.size(); ++i) {
    if (holds(format, tracks[i])) continue;
    throw Error(ExitStatus::output, path.string() + ": track " + std::to_string(i) + ": the " + format.name +
                                        " container cannot hold " +
                                        avcodec_get_name(tracks[i].parameters->codec_id) + "; " +
                                        advice(tracks));
  }
}

std::string container_advice(const std::vector<av::Stream>& tracks) {
  std::string codecs;
  for (const auto& track : tracks) {
    codecs += (codecs.empty() ? "" : ", ") + std::string(avcodec_get_name(track.parameters->codec_id));
  }
  const bool several_sounds = tracks.size() > 1 && std::ranges::all_of(tracks, [](const auto& track) {
                                return track.parameters->codec_type == AVMEDIA_TYPE_AUDIO;
                              });
  return codecs + "; " + (several_sounds ? "take one by --map a:0 or " : "") + advice(tracks);
}

bool holds_negative_times(const AVOutputFormat& format) {
  return (format.flags & (AVFMT_TS_NEGATIVE | AVFMT_NOTIMESTAMPS)) != 0;
}

Ticks start_time(const AVOutputFormat& format, const av::Stream& track, const AVPacket& packet) {
  if (!is_matroska(format) || packet.pts == AV_NOPTS_VALUE) return packet.dts;
  // Matroska stores no dts, and libavformat adds Opus's CodecDelay to the stored times itself.
  const auto& p = *track.parameters;
  const bool has_codec_delay = p.codec_id == AV_CODEC_ID_OPUS && p.initial_padding > 0 && p.sample_rate > 0;
  return packet.pts + (has_codec_delay ? rescale(p.initial_padding, {1, p.sample_rate}, track.time_base) : 0);
}

}  // namespace mpienc::output
