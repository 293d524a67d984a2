#pragma once

#include <filesystem>
#include <memory>
#include <vector>

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

}  // namespace mpienc::encode
