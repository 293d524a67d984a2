#include <taglib/aifffile.h>
#include <taglib/apetag.h>
#include <taglib/asffile.h>
#include <taglib/attachedpictureframe.h>
#include <taglib/flacfile.h>
#include <taglib/id3v2framefactory.h>
#include <taglib/id3v2tag.h>
#include <taglib/mp4file.h>
#include <taglib/mpegfile.h>
#include <taglib/oggflacfile.h>
#include <taglib/opusfile.h>
#include <taglib/speexfile.h>
#include <taglib/tpropertymap.h>
#include <taglib/trueaudiofile.h>
#include <taglib/vorbisfile.h>
#include <taglib/wavfile.h>
#include <taglib/wavpackfile.h>
#include <taglib/xiphcomment.h>

#include <memory>

#include "mpienc/convert/song_tags.hpp"
#include "mpienc/core/error.hpp"
#include "tag_names.hpp"
#include "tag_stream.hpp"

namespace mpienc::convert {

namespace {

TagLib::String text_of(const std::string& text) { return {text, TagLib::String::UTF8}; }
TagLib::ByteVector bytes_of(const Bytes& data) {
  return {reinterpret_cast<const char*>(data.data()), static_cast<unsigned>(data.size())};
}

TagLib::PropertyMap map_of(const std::vector<Tag>& tags) {
  TagLib::PropertyMap map;
  for (const auto& tag : tags) map.insert(text_of(tag.name), TagLib::StringList(text_of(tag.value)));
  return map;
}

template <class Picture>
void fill(Picture& to, const AttachedPicture& from) {
  to.setType(static_cast<typename Picture::Type>(from.type));
  to.setMimeType(text_of(from.mime));
  to.setDescription(text_of(from.description));
}

void put(TagLib::Ogg::XiphComment& tag, const SongTags& song) {
  tag.setProperties(map_of(song.tags));
  for (const auto& picture : song.pictures) {
    auto block = std::make_unique<TagLib::FLAC::Picture>();
    fill(*block, picture);
    block->setData(bytes_of(picture.data));
    tag.addPicture(block.release());
  }
}

void put(TagLib::ID3v2::Tag& tag, const SongTags& song) {
  tag.setProperties(map_of(with_joined_totals(song.tags)));
  for (const auto& picture : song.pictures) {
    auto frame = std::make_unique<TagLib::ID3v2::AttachedPictureFrame>();
    fill(*frame, picture);
    frame->setTextEncoding(TagLib::String::UTF8);
    frame->setPicture(bytes_of(picture.data));
    tag.addFrame(frame.release());
  }
}

void put(TagLib::APE::Tag& tag, const SongTags& song) {
  constexpr std::int32_t back_cover = 4;
  tag.setProperties(map_of(with_joined_totals(song.tags)));
  for (const auto& picture : song.pictures) {
    const TagLib::String key = picture.type == back_cover ? "Cover Art (Back)" : "Cover Art (Front)";
    if (tag.itemListMap().contains(key.upper())) continue;
    // Like a file's name: by its ending readers know what the picture is.
    const auto ending =
        picture.mime == "image/jpeg" ? "jpg" : picture.mime.substr(picture.mime.find('/') + 1);
    const auto name = (picture.description.empty() ? key.to8Bit(true) : picture.description) + "." + ending;
    TagLib::ByteVector value(name.c_str(), static_cast<unsigned>(name.size()) + 1);
    value.append(bytes_of(picture.data));
    tag.setItem(key, TagLib::APE::Item(key, value, true));
  }
}

TagLib::MP4::CoverArt::Format cover_format(const std::string& mime) {
  if (mime == "image/png") return TagLib::MP4::CoverArt::PNG;
  if (mime == "image/gif") return TagLib::MP4::CoverArt::GIF;
  if (mime == "image/bmp") return TagLib::MP4::CoverArt::BMP;
  return TagLib::MP4::CoverArt::JPEG;
}

void put(TagLib::MP4::Tag& tag, const SongTags& song) {
  for (const auto& [name, values] : tag.setProperties(map_of(with_joined_totals(song.tags)))) {
    tag.setItem("----:com.apple.iTunes:" + name, TagLib::MP4::Item(values));
  }
  TagLib::MP4::CoverArtList covers;
  for (const auto& picture : song.pictures) {
    covers.append(TagLib::MP4::CoverArt(cover_format(picture.mime), bytes_of(picture.data)));
  }
  if (!covers.isEmpty()) tag.setItem("covr", TagLib::MP4::Item(covers));
}

void put(TagLib::ASF::Tag& tag, const SongTags& song) {
  auto properties = map_of(with_joined_totals(song.tags));
  // These have one place in the file's head.
  for (const auto* name : {"TITLE", "ARTIST", "COPYRIGHT", "COMMENT"}) {
    if (properties.contains(name)) properties[name] = properties[name].toString("; ");
  }
  for (const auto& [name, values] : tag.setProperties(properties)) {
    for (const auto& value : values) tag.addAttribute(name, TagLib::ASF::Attribute(value));
  }
  for (const auto& picture : song.pictures) {
    TagLib::ASF::Picture attribute;
    fill(attribute, picture);
    attribute.setPicture(bytes_of(picture.data));
    tag.addAttribute("WM/Picture", TagLib::ASF::Attribute(attribute));
  }
}

/// Makes a file of that kind, whose audio TagLib need not look at, and saves it.
template <class File, class Put>
bool change(TagStream& stream, Put put_into, auto... arguments) {
  File file(&stream, arguments..., false);
  if (!file.isValid()) return false;
  put_into(file);
  return file.save();
}

bool change_ogg(TagStream& stream, const SongTags& song) {
  const auto into = [&](auto& file) { put(*file.tag(), song); };
  for (const auto attempt :
       {change<TagLib::Ogg::Vorbis::File, decltype(into)>, change<TagLib::Ogg::Opus::File, decltype(into)>,
        change<TagLib::Ogg::FLAC::File, decltype(into)>, change<TagLib::Ogg::Speex::File, decltype(into)>}) {
    stream.seek(0, TagLib::IOStream::Beginning);
    if (attempt(stream, into)) return true;
  }
  return false;
}

bool change_mpeg(TagStream& stream, const SongTags& song) {
  using TagLib::MPEG::File;
  File file(&stream, TagLib::ID3v2::FrameFactory::instance(), false);
  if (!file.isValid()) return false;
  put(*file.ID3v2Tag(true), song);
  return file.save(File::ID3v2, File::StripOthers, TagLib::ID3v2::v4, File::DoNotDuplicate);
}

bool change_wav(TagStream& stream, const SongTags& song) {
  TagLib::RIFF::WAV::File file(&stream, false);
  if (!file.isValid()) return false;
  put(*file.ID3v2Tag(), song);
  file.InfoTag()->setProperties(map_of(song.tags));
  return file.save();
}

}  // namespace

bool write_tags(const output::TemporaryFile& file, const std::filesystem::path& name, std::string_view muxer,
                const SongTags& song) {
  TagStream stream(file);
  const auto is = [&](auto... names) { return ((muxer == names) || ...); };
  auto* const frames = TagLib::ID3v2::FrameFactory::instance();
  bool done = false;
  if (is("ogg", "opus", "oga", "spx", "speex")) {
    done = change_ogg(stream, song);
  } else if (is("mp4", "ipod", "mov", "3gp")) {
    done = change<TagLib::MP4::File>(stream, [&](auto& into) { put(*into.tag(), song); });
  } else if (is("flac")) {
    done = change<TagLib::FLAC::File>(
        stream,
        [&](auto& into) {
          put(*into.xiphComment(true), {song.tags, {}});
          for (const auto& picture : song.pictures) {
            auto block = std::make_unique<TagLib::FLAC::Picture>();
            fill(*block, picture);
            block->setData(bytes_of(picture.data));
            into.addPicture(block.release());
          }
        },
        frames);
  } else if (is("mp3", "mp2")) {
    done = change_mpeg(stream, song);
  } else if (is("wav")) {
    done = change_wav(stream, song);
  } else if (is("aiff")) {
    done = change<TagLib::RIFF::AIFF::File>(stream, [&](auto& into) { put(*into.tag(), song); });
  } else if (is("wv")) {
    done = change<TagLib::WavPack::File>(stream, [&](auto& into) { put(*into.APETag(true), song); });
  } else if (is("tta")) {
    done = change<TagLib::TrueAudio::File>(stream, [&](auto& into) { put(*into.ID3v2Tag(true), song); });
  } else if (is("asf", "asf_stream")) {
    done = change<TagLib::ASF::File>(stream, [&](auto& into) { put(*into.tag(), song); });
  } else {
    return false;
  }
  stream.check(name);
  if (!done) throw Error(ExitStatus::internal, name.string() + ": TagLib does not write tags into it");
  return true;
}

}  // namespace mpienc::convert
