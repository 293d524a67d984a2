#pragma once

#include <filesystem>
#include <span>

#include "mpienc/core/tags.hpp"
#include "mpienc/encode/flac_settings.hpp"
#include "mpienc/input/pcm_source.hpp"
#include "mpienc/plan/flac_head.hpp"

namespace mpienc::convert {

struct FlacSourceHead {
  FlacHead head;
  bool refused = false;  ///< `flac` would not encode this FLAC file again for its metadata: tags and pictures
                         ///< alone are kept
};

/// The head of the FLAC file that `flac` makes of a FLAC, WAV or AIFF file, which takes no tags from the
/// latter two; that of other files gets these tags and pictures.
[[nodiscard]] FlacSourceHead flac_source_head(const encode::FlacSettings& settings,
                                              const std::filesystem::path& input,
                                              const input::PcmDescription& about, std::span<const Tag> tags,
                                              std::span<const AttachedPicture> pictures);

}  // namespace mpienc::convert
