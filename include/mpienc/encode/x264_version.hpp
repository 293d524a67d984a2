#pragma once

#include <string>

namespace mpienc::encode {

/// "0.164.3095 baee400": the x264 that mpienc was compiled against. x264 names its entry point after its
/// build number (164), so another build cannot be loaded in its place.
[[nodiscard]] std::string x264_version();

}  // namespace mpienc::encode
