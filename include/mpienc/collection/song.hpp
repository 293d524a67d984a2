#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <string_view>

#include "mpienc/core/tags.hpp"

namespace mpienc::collection {

/// What a layout's fields are read from; both belong to the caller.
struct Song {
  std::span<const Tag> tags;
  const std::filesystem::path& relative;  ///< FoundFile::relative
};

/// A field's name as tags are looked up: in lower case, without blanks, "_" and "-".
[[nodiscard]] std::string field_name(std::string_view text);

/// The raw value, bytes of any kind, empty where the song has none. `field` is a field_name(): "stem",
/// "folder" (the name of the folder that holds the file) and "ext" (without its dot) are from the path, all
/// others the first tag of that name that is not blank, also under the names of ID3, Vorbis and RIFF: "track"
/// is TRACKNUMBER as well. "track" and "disc" of "3/12" are "3", "tracktotal" then is "12", "year" is the
/// year of "date", and "artist" and "albumartist" stand in for each other.
[[nodiscard]] std::string field_value(const Song& song, std::string_view field);

/// Where there is no value: "Unknown Artist", "Unknown Album", the stem as title, 0 for numbers, 0000 for
/// years, "Unknown" for what is not known here. Never empty.
[[nodiscard]] std::string built_in_default(const Song& song, std::string_view field);

}  // namespace mpienc::collection
