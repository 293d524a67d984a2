#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include "mpienc/convert/format.hpp"
#include "mpienc/core/error.hpp"

namespace mpienc::convert {

struct Output {
  Format format;
  std::filesystem::path path;  ///< its folder exists; an extension that the format's container has
  bool overwrite = true;       ///< false: fails where the path exists by the time that the file is complete
};

/// What became of one output.
struct OutputResult {
  ExitStatus status = ExitStatus::success;
  std::string reason;        ///< where it failed, one line
  std::int64_t samples = 0;  ///< per channel, decoded for it
  std::int64_t bytes = 0;    ///< of the file
  double cpu_seconds = 0;    ///< of its encoder and its file, and an equal share of the decoding
  double wall_seconds = 0;
};

/// The file's first usual audio, decoded once, into all outputs on the calling thread; results in the order
/// of `outputs`. An output gets its name when it is complete. One that fails leaves nothing behind and does
/// not concern the others. A file that is no audio, is cut off, or has frames that cannot be decoded or
/// another MD5 than its STREAMINFO tells fails all outputs; that of "test" is written and tells why. So does
/// a stop request, with ExitStatus::interrupted. Never throws for a bad file. `progress`: samples
/// per channel that are read.
[[nodiscard]] std::vector<OutputResult> convert_file(const std::filesystem::path& input,
                                                     std::span<const Output> outputs,
                                                     const std::stop_token& stop,
                                                     std::atomic<std::int64_t>& progress);

}  // namespace mpienc::convert
