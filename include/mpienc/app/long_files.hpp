#pragma once

#include <vector>

#include "mpienc/app/batch_list.hpp"
#include "mpienc/app/long_file_reader.hpp"

namespace mpienc::app {

/// Sound that promises to last at least this long is encoded in chunks, where a format can be. The bytes of
/// an MP3 depend on it, so it is a constant.
inline constexpr double long_seconds = 15 * 60;

/// How one file is converted.
struct SplitFile {
  std::vector<LongOutput> chunked;
  std::vector<BatchOutput> whole;  ///< by one lane
};

/// By the file alone: it is opened where it is large enough to last `least_seconds`. `output`: the folder of
/// all, absolute. `fma`: encode::FlacSettings::fma.
[[nodiscard]] SplitFile split_file(const BatchFile& file, const BatchOptions& options,
                                   const std::filesystem::path& output, bool fma, double least_seconds);

}  // namespace mpienc::app
