#include "muxed_file.hpp"

#include <algorithm>
#include <map>
#include <string>
#include <string_view>

#include "mpienc/core/error.hpp"
#include "mpienc/output/container.hpp"
#include "tag_names.hpp"

namespace mpienc::convert {

namespace {

bool is_matroska(const AVOutputFormat& format) { return std::string_view(format.name) == "matroska"; }

bool has_edit_lists(const AVOutputFormat& format) {
  const std::string_view name = format.name;
  return name == "ipod" || name == "mp4" || name == "mov";
}

const AVOutputFormat& checked_container(const std::filesystem::path& path, const av::Stream& track) {
  const auto& format = output::container_for(path);
  std::vector<av::Stream> tracks;
  tracks.push_back(av::clone(track));
  output::require_tracks_fit(format, path, tracks);
  return format;
}

av::Stream attachment_of(const AttachedPicture& picture, std::size_t number) {
  av::Stream stream;
  stream.parameters = av::make_codec_parameters();
  auto& parameters = *stream.parameters;
  parameters.codec_type = AVMEDIA_TYPE_ATTACHMENT;
  parameters.extradata =
      static_cast<std::uint8_t*>(av_mallocz(picture.data.size() + AV_INPUT_BUFFER_PADDING_SIZE));
  if (parameters.extradata == nullptr) throw Error(ExitStatus::internal, "out of memory for a picture");
  parameters.extradata_size = static_cast<int>(picture.data.size());
  const auto* const bytes = reinterpret_cast<const std::uint8_t*>(picture.data.data());
  std::copy_n(bytes, picture.data.size(), parameters.extradata);
  // Matroska's own rule: players take "cover" for the front.
  const auto ending = picture.mime.substr(picture.mime.find('/') + 1);
  const auto name = picture.type == 3 ? std::string("cover") : "picture" + std::to_string(number);
  stream.metadata = {{"filename", name + "." + (ending == "jpeg" ? "jpg" : ending)},
                     {"mimetype", picture.mime}};
  if (!picture.description.empty()) stream.metadata["title"] = picture.description;
  return stream;
}

}  // namespace

MuxedFile::MuxedFile(const std::filesystem::path& path, const av::Stream& track, const SongTags& song)
    : path_(path),
      format_(checked_container(path, track)),
      track_(track),
      song_(song),
      file_(path),
      muxer_(format_, file_, path.string()) {
  muxer_.add_track(track);
  if (is_matroska(format_)) describe_in_matroska();
  // Edit lists count in the movie's clock; in milliseconds, its default, they would not be exact.
  if (has_edit_lists(format_)) {
    muxer_.set_option("movie_timescale", std::to_string(track.parameters->sample_rate));
  }
  muxer_.write_header(std::string("the encoder makes ") + avcodec_get_name(track.parameters->codec_id));
}

void MuxedFile::describe_in_matroska() {
  std::map<std::string, std::string> metadata;
  for (const auto& tag : song_.tags) {
    auto& value = metadata[tag.name == "TRACKNUMBER" ? "track" : tag.name];
    value += (value.empty() ? "" : "; ") + tag.value;
  }
  muxer_.set_metadata(metadata);
  for (std::size_t i = 0; i < song_.pictures.size(); ++i)
    muxer_.add_track(attachment_of(song_.pictures[i], i));
}

void MuxedFile::write(const AVPacket& packet) {
  if (!shift_) {
    const auto start = output::start_time(format_, track_, packet);
    const bool moved = start < 0 && !output::holds_negative_times(format_);
    shift_ = moved ? rescale(-start, track_.time_base, muxer_.time_base(0)) : 0;
  }
  muxer_.write(0, packet, *shift_);
}

std::int64_t MuxedFile::commit(bool overwrite) {
  muxer_.write_trailer();
  if (!song_.empty()) static_cast<void>(write_tags(file_, path_, format_.name, song_));
  return file_.commit(overwrite);
}

}  // namespace mpienc::convert
