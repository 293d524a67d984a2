#pragma once

#include <atomic>
#include <cstdint>
#include <stop_token>

#include "mpienc/encode/settings.hpp"
#include "mpienc/encode/task.hpp"
#include "mpienc/plan/chunk_result.hpp"

namespace mpienc::app {

/// What lanes do: as encode::encode_chunk(), and whole files are converted. A file that cannot be is a
/// result.
[[nodiscard]] ChunkResult run_task(const encode::Task& task, const encode::Settings& settings,
                                   const std::stop_token& stop, std::atomic<std::int64_t>& units);

}  // namespace mpienc::app
