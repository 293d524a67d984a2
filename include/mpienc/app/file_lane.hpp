#pragma once

#include <atomic>
#include <cstdint>
#include <stop_token>

#include "mpienc/encode/settings.hpp"
#include "mpienc/plan/chunk_result.hpp"
#include "mpienc/plan/file_task.hpp"

namespace mpienc::app {

/// Converts one file on the calling thread. Outputs appear below the task's root, or come back as bytes where
/// the file was carried here: then a folder of the system's for temporary files serves meanwhile. `progress`,
/// samples per channel that are read, is for a display. A stop request ends it early with an incomplete
/// result.
[[nodiscard]] ChunkResult convert_task(const FileTask& task, const std::stop_token& stop,
                                       std::atomic<std::int64_t>& progress);

/// The same with the conversion in a process of its own (encode::encode_isolated(), whose errors are this
/// one's). What that leaves when it dies or is stopped is taken away.
[[nodiscard]] ChunkResult convert_isolated(const FileTask& task, const encode::Settings& settings,
                                           const std::stop_token& stop, std::atomic<std::int64_t>& progress);

}  // namespace mpienc::app
