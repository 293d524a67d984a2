#include "mpienc/collection/song.hpp"

#include <algorithm>
#include <array>
#include <initializer_list>

#include "mpienc/collection/file_name.hpp"

namespace mpienc::collection {

namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool is_blank(std::string_view text) {
  return text.find_first_not_of(" \t\r\n\v\f") == std::string_view::npos;
}

struct Aliases {
  std::string_view field;
  std::array<std::string_view, 5> tags;  ///< in the order of preference
};

/// Names of Vorbis comments, of FFmpeg, of RIFF INFO and of ID3v2.
constexpr std::array aliases{
    Aliases{"artist", {"artist", "iart", "tpe1", "albumartist", "tpe2"}},
    Aliases{"albumartist", {"albumartist", "tpe2", "artist", "iart", "tpe1"}},
    Aliases{"album", {"album", "iprd", "talb"}},
    Aliases{"title", {"title", "inam", "tit2"}},
    Aliases{"track", {"track", "tracknumber", "itrk", "iprt", "trck"}},
    Aliases{"tracktotal", {"tracktotal", "totaltracks", "trackc"}},
    Aliases{"disc", {"disc", "discnumber", "tpos"}},
    Aliases{"disctotal", {"disctotal", "totaldiscs", "discc"}},
    Aliases{"date", {"date", "year", "icrd", "tdrc", "tyer"}},
    Aliases{"genre", {"genre", "ignr", "tcon"}},
    Aliases{"composer", {"composer", "tcom", "imus"}},
};

std::string first_tag(const Song& song, std::string_view name) {
  if (name.empty()) return {};
  for (const Tag& tag : song.tags) {
    if (!is_blank(tag.value) && field_name(tag.name) == name) return tag.value;
  }
  return {};
}

std::string tag_value(const Song& song, std::string_view field) {
  const auto known = std::ranges::find(aliases, field, &Aliases::field);
  if (known == aliases.end()) return first_tag(song, field);
  for (const auto name : known->tags) {
    if (auto value = first_tag(song, name); !value.empty()) return value;
  }
  return {};
}

/// "3" and "12" of "3/12".
std::string before_slash(const std::string& text) { return text.substr(0, text.find('/')); }
std::string behind_slash(const std::string& text) {
  const auto at = text.find('/');
  return at == std::string::npos ? std::string() : text.substr(at + 1);
}

std::string year_in(std::string_view date) {
  for (std::size_t i = 0; i + 4 <= date.size(); ++i) {
    if (std::ranges::all_of(date.substr(i, 4), is_digit)) return std::string(date.substr(i, 4));
  }
  return {};
}

bool is_one_of(std::string_view field, std::initializer_list<std::string_view> names) {
  return std::ranges::find(names, field) != names.end();
}

}  // namespace

std::string field_name(std::string_view text) {
  std::string name;
  for (const char c : text) {
    if (c == ' ' || c == '_' || c == '-') continue;
    name += c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  }
  return name;
}

std::string field_value(const Song& song, std::string_view field) {
  const auto name = parts_of(song.relative.filename());
  if (field == "stem") return name.stem;
  if (field == "ext") return name.extension.empty() ? std::string() : name.extension.substr(1);
  if (field == "folder") return song.relative.parent_path().filename().string();
  if (field == "year") return year_in(tag_value(song, "date"));
  const auto value = tag_value(song, field);
  if (is_one_of(field, {"track", "disc"})) return before_slash(value);
  if (value.empty() && field == "tracktotal") return behind_slash(tag_value(song, "track"));
  if (value.empty() && field == "disctotal") return behind_slash(tag_value(song, "disc"));
  return value;
}

std::string built_in_default(const Song& song, std::string_view field) {
  if (is_one_of(field, {"artist", "albumartist"})) return "Unknown Artist";
  if (field == "album") return "Unknown Album";
  if (field == "genre") return "Unknown Genre";
  if (field == "composer") return "Unknown Composer";
  if (field == "title") return parts_of(song.relative.filename()).stem;
  if (is_one_of(field, {"track", "tracktotal", "disc", "disctotal"})) return "0";
  if (is_one_of(field, {"date", "year"})) return "0000";
  return "Unknown";
}

}  // namespace mpienc::collection
