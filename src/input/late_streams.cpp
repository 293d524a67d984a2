#include "mpienc/input/late_streams.hpp"

#include <algorithm>

#include "mpienc/core/error.hpp"

namespace mpienc::input {

namespace {

constexpr int places = 32;
constexpr av::ProbeLimits limits{std::int64_t{1} << 20, 10'000'000};

bool is_described(const AVCodecParameters& p) {
  switch (p.codec_type) {
    case AVMEDIA_TYPE_AUDIO: return p.codec_id != AV_CODEC_ID_NONE && p.sample_rate > 0;
    case AVMEDIA_TYPE_VIDEO: return p.codec_id != AV_CODEC_ID_NONE && p.width > 0;
    default: return true;
  }
}

bool is_interlaced(const AVCodecParameters& p) {
  return p.codec_type == AVMEDIA_TYPE_VIDEO && p.field_order > AV_FIELD_PROGRESSIVE;
}

bool knows(const AVFormatContext& format, int id) {
  return std::any_of(format.streams, format.streams + format.nb_streams, [&](const AVStream* stream) {
    return stream->id == id && is_described(*stream->codecpar);
  });
}

}  // namespace

Survey survey(const std::vector<std::filesystem::path>& files, const av::Demuxer& head) {
  Survey result;
  if (head.size() <= av::ProbeLimits{}.bytes) return result;
  for (int place = 1; place < places; ++place) {
    const auto offset = head.size() / places * place;
    try {
      const av::Demuxer window(files, head.format_name(), offset, limits);
      const auto& format = window.format();
      for (unsigned i = 0; i < format.nb_streams; ++i) {
        const auto* stream = format.streams[i];
        const auto& parameters = *stream->codecpar;
        result.interlaced |= is_interlaced(parameters);
        const bool wanted =
            parameters.codec_type == AVMEDIA_TYPE_AUDIO || parameters.codec_type == AVMEDIA_TYPE_VIDEO;
        if (!wanted || !is_described(parameters) || knows(head.format(), stream->id) ||
            std::ranges::find(result.streams, stream->id, &LateStream::id) != result.streams.end()) {
          continue;
        }
        result.streams.push_back({stream->id, av::clone(parameters)});
      }
    } catch (const Error&) {
      continue;
    }
  }
  return result;
}

}  // namespace mpienc::input
