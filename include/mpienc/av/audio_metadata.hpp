#pragma once

#include <cstdint>
#include <vector>

#include "mpienc/av/demuxer.hpp"
#include "mpienc/core/tags.hpp"

namespace mpienc::av {

/// By libavformat's names, the file's first, then those of the stream.
[[nodiscard]] std::vector<Tag> tags_of(const Demuxer& demuxer, const AVStream& stream);
/// Per channel, as the container tells or guesses from its length; 0 where it does neither.
[[nodiscard]] std::int64_t likely_samples(const Demuxer& demuxer, const AVStream& stream, int rate);
/// Streams that are attached pictures.
[[nodiscard]] std::vector<AttachedPicture> pictures_of(const Demuxer& demuxer);

}  // namespace mpienc::av
