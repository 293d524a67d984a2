#pragma once

#include <filesystem>

#include "mpienc/core/file_fingerprint.hpp"
#include "mpienc/input/pcm_file.hpp"

namespace mpienc::input {

/// Throws Error(input) where the file cannot be read.
[[nodiscard]] FileFingerprint fingerprint(const PcmFile& file);
[[nodiscard]] FileFingerprint fingerprint(const std::filesystem::path& path);

}  // namespace mpienc::input
