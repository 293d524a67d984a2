#include "mpienc/av/muxer.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "mpienc/av/error.hpp"

extern "C" {
#include <libavutil/opt.h>
}

namespace mpienc::av {

namespace {

constexpr int kBufferSize = 1 << 18;

template <class Buffer>
int write_to_sink(void* opaque, Buffer* data, int size) {
  const int code = static_cast<ByteSink*>(opaque)->write({data, static_cast<std::size_t>(size)});
  return code < 0 ? code : size;
}

std::int64_t seek_sink(void* opaque, std::int64_t offset, int whence) {
  return static_cast<ByteSink*>(opaque)->seek(offset, whence);
}

void require_memory(const void* pointer) {
  if (pointer == nullptr) throw Error(ExitStatus::internal, "out of memory; use fewer lanes (--lanes)");
}

void set_dictionary(AVDictionary** dictionary, const std::map<std::string, std::string>& values) {
  for (const auto& [key, value] : values) {
    check(av_dict_set(dictionary, key.c_str(), value.c_str(), 0), ExitStatus::internal, "metadata");
  }
}

bool tag_fits(const AVOutputFormat& format, const AVCodecParameters& parameters) {
  unsigned int other = 0;
  return format.codec_tag == nullptr ||
         av_codec_get_id(format.codec_tag, parameters.codec_tag) == parameters.codec_id ||
         av_codec_get_tag2(format.codec_tag, parameters.codec_id, &other) == 0;
}

void add_side_data(AVStream& stream, int type, const Bytes& bytes) {
  const auto kind = static_cast<AVPacketSideDataType>(type);
#if LIBAVFORMAT_VERSION_MAJOR >= 61
  auto* side = av_packet_side_data_new(&stream.codecpar->coded_side_data,
                                       &stream.codecpar->nb_coded_side_data, kind, bytes.size(), 0);
  auto* data = side != nullptr ? side->data : nullptr;
#else
  auto* data = av_stream_new_side_data(&stream, kind, bytes.size());
#endif
  require_memory(data);
  if (!bytes.empty()) std::memcpy(data, bytes.data(), bytes.size());
}

}  // namespace

void Muxer::FormatDeleter::operator()(AVFormatContext* context) const {
  auto* io = context->pb;
  avformat_free_context(context);
  if (io != nullptr) av_freep(&io->buffer);
  avio_context_free(&io);
}

Muxer::Muxer(const AVOutputFormat& format, ByteSink& sink, std::string name) : name_(std::move(name)) {
  AVFormatContext* context = nullptr;
  check(avformat_alloc_output_context2(&context, &format, nullptr, nullptr), ExitStatus::internal, name_);
  context_.reset(context);
  context->flags |= AVFMT_FLAG_BITEXACT | AVFMT_FLAG_CUSTOM_IO;
  context->avoid_negative_ts = 0;
  context->strict_std_compliance = FF_COMPLIANCE_EXPERIMENTAL;  // FLAC in MP4

  auto* buffer = static_cast<unsigned char*>(av_malloc(kBufferSize));
  require_memory(buffer);
#if LIBAVFORMAT_VERSION_MAJOR >= 61
  context->pb = avio_alloc_context(buffer, kBufferSize, 1, &sink, nullptr, &write_to_sink<const std::uint8_t>,
                                   &seek_sink);
#else
  context->pb =
      avio_alloc_context(buffer, kBufferSize, 1, &sink, nullptr, &write_to_sink<std::uint8_t>, &seek_sink);
#endif
  if (context->pb == nullptr) av_free(buffer);
  require_memory(context->pb);
}

Muxer::~Muxer() = default;

void Muxer::add_track(const Stream& track) {
  auto* stream = avformat_new_stream(context_.get(), nullptr);
  require_memory(stream);
  auto& parameters = *stream->codecpar;
  check(avcodec_parameters_copy(&parameters, track.parameters.get()), ExitStatus::internal, name_);
  if (!tag_fits(*context_->oformat, parameters)) parameters.codec_tag = 0;
  stream->id = stream->index;
  stream->time_base = to_av(track.time_base);
  stream->avg_frame_rate = to_av(track.frame_rate);
  if (track.sample_aspect.num > 0) {
    stream->sample_aspect_ratio = parameters.sample_aspect_ratio = to_av(track.sample_aspect);
  }
  stream->disposition = track.disposition;
  set_dictionary(&stream->metadata, track.metadata);
  for (const auto& [type, bytes] : track.side_data) add_side_data(*stream, type, bytes);
  source_time_bases_.push_back(track.time_base);
  ends_.push_back(0);
}

void Muxer::add_chapter(Ticks start, Ticks end, const std::string& title) {
  auto** list = static_cast<AVChapter**>(
      av_realloc_array(context_->chapters, context_->nb_chapters + 1, sizeof(AVChapter*)));
  require_memory(list);
  context_->chapters = list;
  auto* chapter = static_cast<AVChapter*>(av_mallocz(sizeof(AVChapter)));
  require_memory(chapter);
  chapter->id = context_->nb_chapters;
  chapter->time_base = {1, 1000};
  chapter->start = start;
  chapter->end = end;
  list[context_->nb_chapters++] = chapter;
  if (!title.empty()) set_dictionary(&chapter->metadata, {{"title", title}});
}

void Muxer::set_metadata(const std::map<std::string, std::string>& metadata) {
  set_dictionary(&context_->metadata, metadata);
}

void Muxer::set_option(const std::string& name, const std::string& value) {
  check(av_opt_set(context_->priv_data, name.c_str(), value.c_str(), 0), ExitStatus::internal,
        name_ + ": muxer option " + name);
}

void Muxer::write_header(const std::string& advice) {
  check_written(
      avformat_write_header(context_.get(), nullptr),
      std::string("the ") + context_->oformat->name + " container refuses these tracks (" + advice + ")");
}

Rational Muxer::time_base(int track) const { return from_av(context_->streams[track]->time_base); }

void Muxer::write(int track, const AVPacket& source, Ticks shift) {
  const auto from = source_time_bases_[static_cast<std::size_t>(track)];
  const auto to = time_base(track);
  const auto moved = [&](Ticks t) { return t == AV_NOPTS_VALUE ? t : rescale(t, from, to) + shift; };
  auto packet = clone(source);
  packet->stream_index = track;
  packet->pts = moved(source.pts);
  packet->dts = moved(source.dts);
  if (source.duration > 0 && source.pts != AV_NOPTS_VALUE) {
    packet->duration = moved(source.pts + source.duration) - packet->pts;
  }
  ends_[static_cast<std::size_t>(track)] = packet->dts + std::max<Ticks>(packet->duration, 1);
  check_written(av_write_frame(context_.get(), packet.get()), "cannot write track " + std::to_string(track));
}

void Muxer::update_extradata(int track, std::span<const std::byte> extradata) {
  auto packet = make_packet();
  auto* data = av_packet_new_side_data(packet.get(), AV_PKT_DATA_NEW_EXTRADATA, extradata.size());
  require_memory(data);
  std::memcpy(data, extradata.data(), extradata.size());
  packet->stream_index = track;
  packet->pts = packet->dts = ends_[static_cast<std::size_t>(track)];
  check_written(av_write_frame(context_.get(), packet.get()),
                "cannot update the header of track " + std::to_string(track));
}

void Muxer::write_trailer() {
  check_written(av_write_trailer(context_.get()), "cannot finish the file");
  avio_flush(context_->pb);
  check_written(0, "cannot finish the file");
}

void Muxer::check_written(int code, const std::string& what) const {
  if (context_->pb->error < 0) code = context_->pb->error;
  if (code >= 0) return;
  if (code == AVERROR(ENOSPC) || code == AVERROR(EDQUOT)) {
    throw Error(ExitStatus::output, name_ + ": no space left; free some or choose another folder");
  }
  throw Error(ExitStatus::output, name_ + ": " + what + ": " + describe(code));
}

}  // namespace mpienc::av
