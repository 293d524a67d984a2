#include "tag_names.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <string_view>

namespace mpienc::convert {

namespace {

using Name = std::pair<std::string_view, std::string_view>;

/// Names of INFO lists, AIFF chunks, libavformat and TagLib that are others in Vorbis comments.
constexpr std::array common_names{Name{"INAM", "TITLE"},
                                  Name{"NAME", "TITLE"},
                                  Name{"IART", "ARTIST"},
                                  Name{"AUTH", "ARTIST"},
                                  Name{"IPRD", "ALBUM"},
                                  Name{"ICMT", "COMMENT"},
                                  Name{"ANNO", "COMMENT"},
                                  Name{"ICRD", "DATE"},
                                  Name{"YEAR", "DATE"},
                                  Name{"IGNR", "GENRE"},
                                  Name{"ITRK", "TRACKNUMBER"},
                                  Name{"IPRT", "TRACKNUMBER"},
                                  Name{"TRACK", "TRACKNUMBER"},
                                  Name{"DISC", "DISCNUMBER"},
                                  Name{"ICOP", "COPYRIGHT"},
                                  Name{"(C) ", "COPYRIGHT"},
                                  Name{"IENG", "ENGINEER"},
                                  Name{"ILNG", "LANGUAGE"},
                                  Name{"ALBUM_ARTIST", "ALBUMARTIST"},
                                  Name{"ALBUM ARTIST", "ALBUMARTIST"},
                                  Name{"TOTALTRACKS", "TRACKTOTAL"},
                                  Name{"TOTALDISCS", "DISCTOTAL"}};

/// What speaks of the source's bytes, its encoder or its container.
constexpr std::array stale{std::string_view("ENCODER"),
                           std::string_view("ENCODING"),
                           std::string_view("ENCODERSETTINGS"),
                           std::string_view("ENCODER_OPTIONS"),
                           std::string_view("ISFT"),
                           std::string_view("LENGTH"),
                           std::string_view("FILETYPE"),
                           std::string_view("MAJOR_BRAND"),
                           std::string_view("MINOR_VERSION"),
                           std::string_view("COMPATIBLE_BRANDS"),
                           std::string_view("CREATION_TIME"),
                           std::string_view("HANDLER_NAME"),
                           std::string_view("VENDOR_ID"),
                           std::string_view("DURATION"),
                           std::string_view("WAVEFORMATEXTENSIBLE_CHANNEL_MASK")};

bool is_stale(std::string_view name) {
  // iTunes' count of padding samples, true of one encode alone.
  return std::ranges::find(stale, name) != stale.end() || name.find("ITUNSMPB") != std::string_view::npos ||
         name.starts_with("_STATISTICS_");
}

std::string common_name(std::string_view name) {
  std::string upper(name);
  std::ranges::transform(upper, upper.begin(),
                         [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  const auto* const known = std::ranges::find(common_names, upper, &Name::first);
  return known != common_names.end() ? std::string(known->second) : upper;
}

bool has(const std::vector<Tag>& tags, std::string_view name) {
  return std::ranges::find(tags, name, &Tag::name) != tags.end();
}

bool is_number(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](unsigned char c) { return std::isdigit(c) != 0; });
}

constexpr std::array totals{Name{"TRACKNUMBER", "TRACKTOTAL"}, Name{"DISCNUMBER", "DISCTOTAL"}};

void split_totals(std::vector<Tag>& tags) {
  for (const auto& [number, total] : totals) {
    const auto found = std::ranges::find(tags, number, &Tag::name);
    if (found == tags.end()) continue;
    const auto slash = found->value.find('/');
    if (slash == std::string::npos) continue;
    const auto first = found->value.substr(0, slash), second = found->value.substr(slash + 1);
    if (!is_number(first) || !is_number(second)) continue;
    found->value = first;
    if (!has(tags, total)) tags.push_back({std::string(total), second});
  }
}

}  // namespace

void add_missing(std::vector<Tag>& tags, std::span<const Tag> more) {
  const auto known = in_common_names(tags);
  for (const auto& tag : more) {
    if (!has(known, common_name(tag.name))) tags.push_back(tag);
  }
}

std::vector<Tag> in_common_names(std::vector<Tag> tags) {
  std::vector<Tag> common;
  for (auto& tag : tags) {
    Tag renamed{common_name(tag.name), std::move(tag.value)};
    if (renamed.value.empty() || is_stale(renamed.name)) continue;
    if (std::ranges::find(common, renamed) == common.end()) common.push_back(std::move(renamed));
  }
  split_totals(common);
  std::ranges::stable_sort(common, {}, &Tag::name);
  return common;
}

std::vector<Tag> with_joined_totals(std::vector<Tag> tags) {
  for (const auto& [number, total] : totals) {
    const auto whole = std::ranges::find(tags, total, &Tag::name);
    const auto found = std::ranges::find(tags, number, &Tag::name);
    if (whole == tags.end() || found == tags.end() || found->value.find('/') != std::string::npos) continue;
    found->value += "/" + whole->value;
    tags.erase(whole);
  }
  return tags;
}

std::string image_type(std::span<const std::byte> data) {
  const std::string_view text(reinterpret_cast<const char*>(data.data()),
                              std::min<std::size_t>(data.size(), 12));
  if (text.starts_with("\x89PNG")) return "image/png";
  if (text.starts_with("GIF8")) return "image/gif";
  if (text.starts_with("BM")) return "image/bmp";
  if (text.starts_with("RIFF") && text.ends_with("WEBP")) return "image/webp";
  return "image/jpeg";
}

}  // namespace mpienc::convert
