#pragma once

#include <filesystem>
#include <string_view>
#include <vector>

#include "mpienc/core/tags.hpp"
#include "mpienc/input/pcm_source.hpp"
#include "mpienc/output/temporary_file.hpp"

namespace mpienc::convert {

/// What a song's file tells of it, under the names of Vorbis comments in capitals ("ALBUMARTIST"), names in
/// order; one with several values comes several times. Of "3/12" TRACKNUMBER is 3 and TRACKTOTAL 12, discs
/// alike. What speaks of the source's encoding (its encoder, its gaps) is left out.
struct SongTags {
  std::vector<Tag> tags;
  std::vector<AttachedPicture> pictures;

  [[nodiscard]] bool empty() const { return tags.empty() && pictures.empty(); }
};

/// By TagLib where it knows the file, else from `about`. Nothing where the tags cannot be read.
[[nodiscard]] SongTags read_tags(const std::filesystem::path& file, const input::PcmDescription& about);

/// By TagLib into a complete file of libavformat's muxer of that name, each in the container's own way; what
/// it has no place for is left out. False where TagLib knows no such container. Throws Error(output) with
/// `name`.
bool write_tags(const output::TemporaryFile& file, const std::filesystem::path& name, std::string_view muxer,
                const SongTags& song);

}  // namespace mpienc::convert
