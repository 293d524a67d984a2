#pragma once

#include <vector>

#include "mpienc/av/demuxer.hpp"
#include "mpienc/core/tags.hpp"

namespace mpienc::av {

/// By libavformat's names, the file's first, then those of the stream.
[[nodiscard]] std::vector<Tag> tags_of(const Demuxer& demuxer, const AVStream& stream);
/// Streams that are attached pictures.
[[nodiscard]] std::vector<AttachedPicture> pictures_of(const Demuxer& demuxer);

}  // namespace mpienc::av
