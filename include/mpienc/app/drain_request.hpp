#pragma once

#include <filesystem>
#include <string_view>

namespace mpienc::app {

/// Asks the job that makes `output` to drain a rank: a file OUTPUT.drain.XXXXXX of one line, complete at once
/// under its name. `who`: a rank's number or a host's name. Error(output) where it cannot be written.
void request_drain(const std::filesystem::path& output, std::string_view who);

}  // namespace mpienc::app
