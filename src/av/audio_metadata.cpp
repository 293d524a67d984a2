#include "mpienc/av/audio_metadata.hpp"

#include <algorithm>
#include <array>
#include <span>
#include <string_view>

extern "C" {
#include <libavutil/avstring.h>
}

#include "mpienc/av/stream.hpp"

namespace mpienc::av {

namespace {

/// ID3v2's picture types as libavformat words them in a picture stream's "comment".
constexpr std::array<std::string_view, 21> picture_types = {"Other",
                                                            "32x32 pixels 'file icon'",
                                                            "Other file icon",
                                                            "Cover (front)",
                                                            "Cover (back)",
                                                            "Leaflet page",
                                                            "Media (e.g. label side of CD)",
                                                            "Lead artist/lead performer/soloist",
                                                            "Artist/performer",
                                                            "Conductor",
                                                            "Band/Orchestra",
                                                            "Composer",
                                                            "Lyricist/text writer",
                                                            "Recording Location",
                                                            "During recording",
                                                            "During performance",
                                                            "Movie/video screen capture",
                                                            "A bright coloured fish",
                                                            "Illustration",
                                                            "Band/artist logotype",
                                                            "Publisher/Studio logotype"};

std::string mime_of(AVCodecID codec) {
  switch (codec) {
    case AV_CODEC_ID_MJPEG: return "image/jpeg";
    case AV_CODEC_ID_JPEG2000: return "image/jp2";
    case AV_CODEC_ID_WEBP: return "image/webp";
    case AV_CODEC_ID_TIFF: return "image/tiff";
    default: return std::string("image/") + avcodec_get_name(codec);
  }
}

std::string value_of(const AVDictionary* metadata, const char* name) {
  const AVDictionaryEntry* entry = av_dict_get(metadata, name, nullptr, 0);
  return entry != nullptr ? entry->value : "";
}

void add_tags(std::vector<Tag>& tags, const AVDictionary* metadata) {
  const AVDictionaryEntry* entry = nullptr;
  while ((entry = av_dict_get(metadata, "", entry, AV_DICT_IGNORE_SUFFIX)) != nullptr) {
    if (av_strcasecmp(entry->key, "encoder") == 0) continue;  // the source's, not the output's
    if (Tag tag{entry->key, entry->value}; std::ranges::find(tags, tag) == tags.end()) tags.push_back(tag);
  }
}

}  // namespace

std::vector<Tag> tags_of(const Demuxer& demuxer, const AVStream& stream) {
  std::vector<Tag> tags;
  add_tags(tags, demuxer.format().metadata);
  add_tags(tags, stream.metadata);
  return tags;
}

std::int64_t likely_samples(const Demuxer& demuxer, const AVStream& stream, int rate) {
  const Rational clock{1, rate};
  if (stream.duration > 0) return rescale(stream.duration, from_av(stream.time_base), clock);
  const auto all = demuxer.format().duration;
  return all > 0 ? rescale(all, {1, AV_TIME_BASE}, clock) : 0;
}

std::vector<AttachedPicture> pictures_of(const Demuxer& demuxer) {
  std::vector<AttachedPicture> pictures;
  for (const AVStream* each : std::span(demuxer.format().streams, demuxer.format().nb_streams)) {
    if ((each->disposition & AV_DISPOSITION_ATTACHED_PIC) == 0) continue;
    const AVPacket& packet = each->attached_pic;
    AttachedPicture picture;
    const auto* type = std::ranges::find(picture_types, value_of(each->metadata, "comment"));
    // MP4 says no type, and means the front cover.
    picture.type = type != picture_types.end() ? static_cast<std::int32_t>(type - picture_types.begin()) : 3;
    picture.mime = mime_of(each->codecpar->codec_id);
    picture.description = value_of(each->metadata, "title");
    const auto* data = reinterpret_cast<const std::byte*>(packet.data);
    if (packet.size > 0) picture.data.assign(data, data + packet.size);
    pictures.push_back(std::move(picture));
  }
  return pictures;
}

}  // namespace mpienc::av
