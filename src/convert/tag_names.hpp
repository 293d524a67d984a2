#pragma once

#include <span>
#include <string>
#include <vector>

#include "mpienc/core/tags.hpp"

namespace mpienc::convert {

/// Of a WAV's INFO list, an AIFF's text chunks or libavformat: those whose name, as in_common_names() gives
/// it, is not among `tags` yet.
void add_missing(std::vector<Tag>& tags, std::span<const Tag> more);

/// As SongTags has them; equal ones once, empty ones not.
[[nodiscard]] std::vector<Tag> in_common_names(std::vector<Tag> tags);

/// With "3" and "12" as "3/12" again, as all containers but Vorbis comments have them.
[[nodiscard]] std::vector<Tag> with_joined_totals(std::vector<Tag> tags);

/// By its first bytes; image/jpeg where they are not known.
[[nodiscard]] std::string image_type(std::span<const std::byte> data);

}  // namespace mpienc::convert
