#include "mpienc/output/id3.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "mpienc/core/error.hpp"

namespace mpienc::output {

namespace {

constexpr std::size_t size_end = std::size_t{1} << 28;  // sizes have four bytes of seven bits
constexpr char utf8 = 3;

using Name = std::pair<std::string_view, std::string_view>;
constexpr std::array names{
    Name{"album", "TALB"},        Name{"iprd", "TALB"},         Name{"albumartist", "TPE2"},
    Name{"album_artist", "TPE2"}, Name{"album artist", "TPE2"}, Name{"artist", "TPE1"},
    Name{"iart", "TPE1"},         Name{"bpm", "TBPM"},          Name{"comment", "COMM"},
    Name{"description", "COMM"},  Name{"icmt", "COMM"},         Name{"composer", "TCOM"},
    Name{"conductor", "TPE3"},    Name{"copyright", "TCOP"},    Name{"icop", "TCOP"},
    Name{"date", "TDRC"},         Name{"year", "TDRC"},         Name{"icrd", "TDRC"},
    Name{"disc", "TPOS"},         Name{"discnumber", "TPOS"},   Name{"encoded_by", "TENC"},
    Name{"encoded-by", "TENC"},   Name{"ienc", "TENC"},         Name{"genre", "TCON"},
    Name{"ignr", "TCON"},         Name{"grouping", "TIT1"},     Name{"isrc", "TSRC"},
    Name{"language", "TLAN"},     Name{"lyricist", "TEXT"},     Name{"lyrics", "USLT"},
    Name{"organization", "TPUB"}, Name{"publisher", "TPUB"},    Name{"label", "TPUB"},
    Name{"subtitle", "TIT3"},     Name{"title", "TIT2"},        Name{"inam", "TIT2"},
    Name{"track", "TRCK"},        Name{"tracknumber", "TRCK"},  Name{"itrk", "TRCK"},
    Name{"iprt", "TRCK"}};

std::string lower(std::string_view text) {
  std::string result(text);
  std::ranges::transform(result, result.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return result;
}

/// Empty where ID3 has no frame for it.
std::string frame_id(const std::string& name) {
  const auto* known = std::ranges::find(names, name, &Name::first);
  if (known != names.end()) return std::string(known->second);
  if (name.size() != 4 || name[0] != 't' || name == "txxx") return {};
  std::string id;
  for (const unsigned char letter : name) {
    if (std::isalnum(letter) == 0) return {};
    id.push_back(static_cast<char>(std::toupper(letter)));
  }
  return id;
}

void put(Bytes& out, std::string_view text) {
  const auto* begin = reinterpret_cast<const std::byte*>(text.data());
  out.insert(out.end(), begin, begin + text.size());
}

void put_size(Bytes& out, std::size_t size) {
  if (size >= size_end) throw Error(ExitStatus::output, "an ID3 tag cannot hold 256 MiB: leave pictures out");
  for (const int shift : {21, 14, 7, 0}) out.push_back(static_cast<std::byte>(size >> shift & 0x7f));
}

struct Frame {
  std::string id;
  std::string description;  ///< of TXXX
  std::string text;         ///< several values with zeros between them

  [[nodiscard]] Bytes content() const {
    Bytes bytes;
    bytes.push_back(std::byte{utf8});
    if (id == "COMM" || id == "USLT") put(bytes, std::string_view("XXX\0", 4));
    if (id == "TXXX") put(bytes, description + '\0');
    put(bytes, text);
    return bytes;
  }
};

void put_frame(Bytes& out, std::string_view id, const Bytes& content) {
  put(out, id);
  put_size(out, content.size());
  out.insert(out.end(), 2, std::byte{0});
  out.insert(out.end(), content.begin(), content.end());
}

void add(std::vector<Frame>& frames, const std::string& id, const std::string& description,
         const std::string& value) {
  const auto same = std::ranges::find_if(
      frames, [&](const Frame& frame) { return frame.id == id && frame.description == description; });
  if (same == frames.end()) {
    frames.push_back({id, description, value});
  } else if (same->text != value) {
    same->text += '\0' + value;
  }
}

/// "3" and a total of "12", which ID3 keeps in one frame, as "3/12".
void append_total(std::vector<Frame>& frames, std::string_view id, std::string_view total) {
  for (auto& frame : frames) {
    if (frame.id == id && !total.empty() && frame.text.find('/') == std::string::npos)
      frame.text.append("/").append(total);
  }
}

std::vector<Frame> frames_of(std::span<const Tag> tags) {
  std::vector<Frame> frames;
  std::string tracks, discs;
  for (const Tag& tag : tags) {
    if (tag.value.empty()) continue;
    const std::string name = lower(tag.name);
    if (name == "tracktotal" || name == "totaltracks") {
      tracks = tag.value;
    } else if (name == "disctotal" || name == "totaldiscs") {
      discs = tag.value;
    } else {
      const std::string id = frame_id(name);
      add(frames, id.empty() ? "TXXX" : id, id.empty() ? tag.name : "", tag.value);
    }
  }
  append_total(frames, "TRCK", tracks);
  append_total(frames, "TPOS", discs);
  return frames;
}

Bytes picture_content(const AttachedPicture& picture) {
  Bytes bytes;
  bytes.push_back(std::byte{utf8});
  put(bytes, picture.mime + '\0');
  bytes.push_back(static_cast<std::byte>(picture.type));
  put(bytes, picture.description + '\0');
  bytes.insert(bytes.end(), picture.data.begin(), picture.data.end());
  return bytes;
}

}  // namespace

Bytes id3v2_tag(std::span<const Tag> tags, std::span<const AttachedPicture> pictures) {
  Bytes frames;
  for (const Frame& frame : frames_of(tags)) put_frame(frames, frame.id, frame.content());
  for (const AttachedPicture& picture : pictures) put_frame(frames, "APIC", picture_content(picture));
  if (frames.empty()) return {};
  Bytes tag;
  put(tag, std::string_view("ID3\4\0\0", 6));
  put_size(tag, frames.size());
  tag.insert(tag.end(), frames.begin(), frames.end());
  return tag;
}

}  // namespace mpienc::output
