#pragma once

#include <filesystem>
#include <memory>
#include <span>
#include <vector>

#include "mpienc/core/tags.hpp"

struct FLAC__StreamMetadata;

namespace mpienc::encode {

struct FlacBlockDeleter {
  void operator()(FLAC__StreamMetadata* block) const;
};
using FlacBlock = std::unique_ptr<FLAC__StreamMetadata, FlacBlockDeleter>;

/// All metadata blocks of a FLAC file in its order, STREAMINFO first, as libFLAC reads them. Throws
/// Error(input) for what is no FLAC file (an ID3 tag in front included, as `flac` refuses that) or is damaged
/// there, and for one whose STREAMINFO does not tell its length, which `flac` refuses, too.
[[nodiscard]] std::vector<FlacBlock> read_flac_metadata(const std::filesystem::path& path);

/// VORBIS_COMMENT with these tags, as by `flac -T name=value`, and a PICTURE for each picture, of unknown
/// dimensions. Tags that FLAC has no place for are left out: with names that are empty, not ASCII or have
/// "=", or values that are not UTF-8. An icon becomes an "other" picture, because FLAC's rules for icons (a
/// 32x32 PNG, one of each) might be broken.
[[nodiscard]] std::vector<FlacBlock> make_flac_blocks(std::span<const Tag> tags,
                                                      std::span<const AttachedPicture> pictures);

}  // namespace mpienc::encode
