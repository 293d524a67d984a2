#pragma once

#include <string>

#include "mpienc/core/error.hpp"

namespace mpienc::av {

/// FFmpeg's own words for an AVERROR code.
[[nodiscard]] std::string describe(int code);

/// Returns `code` where it is not negative, else throws Error(status, "<what>: <FFmpeg's words>").
int check(int code, ExitStatus status, const std::string& what);

}  // namespace mpienc::av
