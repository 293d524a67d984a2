#include <taglib/aifffile.h>
#include <taglib/apefile.h>
#include <taglib/apetag.h>
#include <taglib/asffile.h>
#include <taglib/attachedpictureframe.h>
#include <taglib/fileref.h>
#include <taglib/flacfile.h>
#include <taglib/id3v2tag.h>
#include <taglib/mp4file.h>
#include <taglib/mpcfile.h>
#include <taglib/mpegfile.h>
#include <taglib/oggfile.h>
#include <taglib/tpropertymap.h>
#include <taglib/trueaudiofile.h>
#include <taglib/wavfile.h>
#include <taglib/wavpackfile.h>
#include <taglib/xiphcomment.h>

#include "mpienc/convert/song_tags.hpp"
#include "tag_names.hpp"

namespace mpienc::convert {

namespace {

using Pictures = std::vector<AttachedPicture>;

constexpr std::int32_t front_cover = 3, back_cover = 4;

std::string text_of(const TagLib::String& text) { return text.to8Bit(true); }

void add(Pictures& pictures, std::int32_t type, const std::string& mime, const TagLib::String& description,
         const TagLib::ByteVector& data) {
  if (data.isEmpty()) return;
  const auto* const begin = reinterpret_cast<const std::byte*>(data.data());
  AttachedPicture picture{type, mime, text_of(description), Bytes(begin, begin + data.size())};
  if (!picture.mime.starts_with("image/")) picture.mime = image_type(picture.data);
  pictures.push_back(std::move(picture));
}

void add_all(Pictures& pictures, const TagLib::List<TagLib::FLAC::Picture*>& list) {
  for (const auto* each : list) {
    add(pictures, each->type(), text_of(each->mimeType()), each->description(), each->data());
  }
}

void add_all(Pictures& pictures, const TagLib::ID3v2::Tag* tag) {
  if (tag == nullptr) return;
  for (const auto* frame : tag->frameList("APIC")) {
    const auto* const each = dynamic_cast<const TagLib::ID3v2::AttachedPictureFrame*>(frame);
    if (each != nullptr)
      add(pictures, each->type(), text_of(each->mimeType()), each->description(), each->picture());
  }
}

/// APE tags name a picture like a file.
TagLib::String description_of(const TagLib::String& name) {
  const int dot = name.rfind(".");
  const auto stem = dot > 0 ? name.substr(0, static_cast<unsigned>(dot)) : name;
  return stem.startsWith("Cover Art (") ? TagLib::String() : stem;
}

void add_all(Pictures& pictures, TagLib::APE::Tag* tag) {
  if (tag == nullptr) return;
  const auto& items = tag->itemListMap();
  for (const auto& [key, type] :
       {std::pair{"COVER ART (FRONT)", front_cover}, std::pair{"COVER ART (BACK)", back_cover}}) {
    if (!items.contains(key)) continue;
    const auto data = items[key].binaryData();
    const int end = data.find('\0');
    if (end < 0) continue;
    add(pictures, type, "",
        description_of(TagLib::String(data.mid(0, static_cast<unsigned>(end)), TagLib::String::UTF8)),
        data.mid(static_cast<unsigned>(end) + 1));
  }
}

void add_all(Pictures& pictures, const TagLib::MP4::Tag* tag) {
  if (tag == nullptr || !tag->contains("covr")) return;
  for (const auto& each : tag->item("covr").toCoverArtList()) add(pictures, front_cover, "", "", each.data());
}

void add_all(Pictures& pictures, const TagLib::ASF::Tag* tag) {
  if (tag == nullptr) return;
  for (const auto& attribute : tag->attribute("WM/Picture")) {
    const auto each = attribute.toPicture();
    if (each.isValid())
      add(pictures, each.type(), text_of(each.mimeType()), each.description(), each.picture());
  }
}

Pictures pictures_of(TagLib::File& file) {
  Pictures pictures;
  if (auto* flac = dynamic_cast<TagLib::FLAC::File*>(&file)) {
    add_all(pictures, flac->pictureList());
    if (pictures.empty() && flac->hasID3v2Tag()) add_all(pictures, flac->ID3v2Tag());
  } else if (auto* xiph = dynamic_cast<TagLib::Ogg::XiphComment*>(file.tag())) {
    add_all(pictures, xiph->pictureList());
  } else if (auto* mpeg = dynamic_cast<TagLib::MPEG::File*>(&file)) {
    add_all(pictures, mpeg->ID3v2Tag());
    if (pictures.empty() && mpeg->hasAPETag()) add_all(pictures, mpeg->APETag());
  } else if (auto* wav = dynamic_cast<TagLib::RIFF::WAV::File*>(&file)) {
    add_all(pictures, wav->ID3v2Tag());
  } else if (auto* aiff = dynamic_cast<TagLib::RIFF::AIFF::File*>(&file)) {
    add_all(pictures, aiff->tag());
  } else if (auto* tta = dynamic_cast<TagLib::TrueAudio::File*>(&file)) {
    add_all(pictures, tta->ID3v2Tag());
  } else if (auto* wavpack = dynamic_cast<TagLib::WavPack::File*>(&file)) {
    add_all(pictures, wavpack->APETag());
  } else if (auto* ape = dynamic_cast<TagLib::APE::File*>(&file)) {
    add_all(pictures, ape->APETag());
  } else if (auto* mpc = dynamic_cast<TagLib::MPC::File*>(&file)) {
    add_all(pictures, mpc->APETag());
  } else if (auto* mp4 = dynamic_cast<TagLib::MP4::File*>(&file)) {
    add_all(pictures, mp4->tag());
  } else if (auto* asf = dynamic_cast<TagLib::ASF::File*>(&file)) {
    add_all(pictures, asf->tag());
  }
  return pictures;
}

void add(std::vector<Tag>& tags, const TagLib::String& name, const TagLib::StringList& values) {
  for (const auto& value : values) tags.push_back({text_of(name), text_of(value)});
}

/// Texts under names that TagLib has no property for.
void add_unknown(std::vector<Tag>& tags, const TagLib::File& file, const TagLib::StringList& names) {
  if (const auto* mp4 = dynamic_cast<const TagLib::MP4::File*>(&file)) {
    for (const auto& name : names) {
      if (!name.startsWith("----:")) continue;
      add(tags, name.substr(static_cast<unsigned>(name.rfind(":")) + 1),
          mp4->tag()->item(name).toStringList());
    }
  } else if (const auto* asf = dynamic_cast<const TagLib::ASF::File*>(&file)) {
    for (const auto& name : names) {
      if (name.startsWith("WM")) continue;  // what Windows' own encoder tells of itself
      for (const auto& value : asf->tag()->attribute(name)) {
        if (value.type() == TagLib::ASF::Attribute::UnicodeType) add(tags, name, value.toString());
      }
    }
  }
}

}  // namespace

SongTags read_tags(const std::filesystem::path& file, const input::PcmDescription& about) {
  SongTags song;
  const TagLib::FileRef ref(file.c_str(), false);
  const bool known = !ref.isNull() && ref.file()->isValid();
  if (known) {
    const auto properties = ref.file()->properties();
    for (const auto& [name, values] : properties) add(song.tags, name, values);
    add_unknown(song.tags, *ref.file(), properties.unsupportedData());
    song.pictures = pictures_of(*ref.file());
  }
  // A WAV's INFO list and an AIFF's text chunks, of which TagLib gives a part or nothing.
  if (!known || about.region) add_missing(song.tags, about.tags);
  if (song.pictures.empty()) song.pictures = about.pictures;
  song.tags = in_common_names(std::move(song.tags));
  return song;
}

}  // namespace mpienc::convert
