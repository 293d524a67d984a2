#pragma once

#include <string>

namespace mpienc::av {

/// Run-time versions of the FFmpeg libraries that shape the output, one "name a.b.c" per line.
[[nodiscard]] std::string library_versions();

}  // namespace mpienc::av
