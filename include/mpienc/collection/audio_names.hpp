#pragma once

#include <filesystem>

namespace mpienc::collection {

/// A first guess by the extension, in either case; what a file is, only a look inside tells.
[[nodiscard]] bool named_like_audio(const std::filesystem::path& path);

}  // namespace mpienc::collection
