#include "mpienc/input/track_description.hpp"

namespace mpienc::input {

namespace {

Rational constant_frame_rate(const AVFormatContext& format, AVStream* stream) {
  auto* context = const_cast<AVFormatContext*>(&format);
  const auto guessed = av_guess_frame_rate(context, stream, nullptr);
  return guessed.num > 0 && guessed.den > 0 ? av::from_av(guessed) : Rational{0, 1};
}

std::map<int, Bytes> side_data_of(const AVStream& stream) {
  std::map<int, Bytes> side_data;
#if LIBAVFORMAT_VERSION_MAJOR >= 61
  const auto* entries = stream.codecpar->coded_side_data;
  const int count = stream.codecpar->nb_coded_side_data;
#else
  const auto* entries = stream.side_data;
  const int count = stream.nb_side_data;
#endif
  for (int i = 0; i < count; ++i) {
    const auto* data = reinterpret_cast<const std::byte*>(entries[i].data);
    side_data[entries[i].type] = Bytes(data, data + entries[i].size);
  }
  return side_data;
}

}  // namespace

av::Stream describe_track(const AVFormatContext& format, int index) {
  auto* stream = format.streams[index];
  av::Stream track;
  track.parameters = av::clone(*stream->codecpar);
  track.time_base = av::from_av(stream->time_base);
  if (stream->codecpar->codec_type == AVMEDIA_TYPE_VIDEO) {
    track.frame_rate = constant_frame_rate(format, stream);
    auto* context = const_cast<AVFormatContext*>(&format);
    const auto aspect = av_guess_sample_aspect_ratio(context, stream, nullptr);
    track.sample_aspect = aspect.num > 0 ? av::from_av(aspect) : Rational{0, 1};
  }
  track.metadata = describe_metadata(stream->metadata);
  track.disposition = stream->disposition;
  track.side_data = side_data_of(*stream);
  return track;
}

std::vector<ProgramChapter> describe_chapters(const AVFormatContext& format) {
  constexpr AVRational millisecond{1, 1000};
  const auto start = format.start_time == AV_NOPTS_VALUE
                         ? 0
                         : av_rescale_q(format.start_time, {1, AV_TIME_BASE}, millisecond);
  std::vector<ProgramChapter> chapters;
  for (unsigned i = 0; i < format.nb_chapters; ++i) {
    const auto* chapter = format.chapters[i];
    const auto* title = av_dict_get(chapter->metadata, "title", nullptr, 0);
    chapters.push_back({av_rescale_q(chapter->start, chapter->time_base, millisecond) - start,
                        av_rescale_q(chapter->end, chapter->time_base, millisecond) - start,
                        title != nullptr ? title->value : ""});
  }
  return chapters;
}

std::map<std::string, std::string> describe_metadata(const AVDictionary* dictionary) {
  std::map<std::string, std::string> metadata;
  const AVDictionaryEntry* entry = nullptr;
  while ((entry = av_dict_get(dictionary, "", entry, AV_DICT_IGNORE_SUFFIX)) != nullptr) {
    metadata[entry->key] = entry->value;
  }
  return metadata;
}

}  // namespace mpienc::input
