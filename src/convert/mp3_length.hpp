#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>

namespace mpienc::convert {

/// Samples per channel that an MP3 must at least give out by the frames that its Xing or Info header counts,
/// less a few that encoders count differently; nothing without such a header. libavformat forgets the count
/// of a file that is shorter than it.
[[nodiscard]] std::optional<std::int64_t> least_mp3_samples(const std::filesystem::path& file);

}  // namespace mpienc::convert
