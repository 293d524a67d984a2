#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "mpienc/av/pcm_md5.hpp"
#include "mpienc/input/pcm_source.hpp"

namespace mpienc::convert {

/// Why nothing is to be made of a file that was read to its end: packets that cannot be decoded, fewer
/// samples than its container promises, another MD5 than its STREAMINFO tells. In words without the file's
/// name; empty: it is whole. `samples` (per channel) and `md5`: of all that it gave out.
[[nodiscard]] std::string source_fault(const std::filesystem::path& input, const input::PcmDescription& about,
                                       std::int64_t samples, const av::Md5Digest& md5);

}  // namespace mpienc::convert
