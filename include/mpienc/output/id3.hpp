#pragma once

#include <span>

#include "mpienc/core/bytes.hpp"
#include "mpienc/core/tags.hpp"

namespace mpienc::output {

/// An ID3v2.4 tag (id3.org, id3v2.4.0-frames) in UTF-8, without padding. Names are those of Vorbis comments,
/// of FFmpeg, of RIFF's INFO list or of ID3v2.4 itself, in any case; others become TXXX frames. Values of the
/// same name share one frame. Empty where there is nothing to tell. Throws Error(output) for what no tag can
/// hold (256 MiB).
[[nodiscard]] Bytes id3v2_tag(std::span<const Tag> tags, std::span<const AttachedPicture> pictures);

}  // namespace mpienc::output
