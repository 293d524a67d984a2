#pragma once

#include <filesystem>
#include <span>
#include <vector>

#include "mpienc/collection/target.hpp"

namespace mpienc::collection {

/// A file on its way to the output.
struct NamedSource {
  std::filesystem::path relative;  ///< FoundFile::relative
  bool copied = false;             ///< as it is, under its own name
};

/// Where each goes, in the same order, relative to the output folder: "mp3/ABBA/Gold/01.mp3" for
/// "ABBA/Gold/01.flac". No two are alike and none is a folder of another. All sources that would share a name
/// are called after their whole name: "01.flac.mp3" and "01.wav.mp3". So no name goes from one source to
/// another when a third one comes; only equal paths below several roots are numbered, in their order: "01
/// (2).mp3". Names over 255 bytes are cut as by fitted_name(). Depends on nothing but the arguments.
[[nodiscard]] std::vector<std::filesystem::path> output_paths(std::span<const NamedSource> sources,
                                                              const Target& target);

}  // namespace mpienc::collection
