#pragma once

#include <atomic>
#include <cstdint>
#include <span>
#include <stop_token>

#include "mpienc/core/bytes.hpp"
#include "mpienc/encode/chunk.hpp"
#include "mpienc/encode/settings.hpp"
#include "mpienc/plan/chunk_result.hpp"

namespace mpienc::encode {

/// What the process of a task does with it: as encode_chunk().
using EncodeTask = ChunkResult(const Task&, const Settings&, const std::stop_token&,
                               std::atomic<std::int64_t>&);

/// As encode_chunk() of the serialised Task, but in a process of its own, which runs this very program
/// (see is_isolated_child()); the bytes are the same. What it throws there is thrown here. Error(codec) where
/// the process dies or leaves no whole result; the line names the signal. Error(internal) where none can be
/// started. A stop request kills it at once and gives an empty result. Its CPU seconds are those of the whole
/// process.
[[nodiscard]] ChunkResult encode_isolated(std::span<const std::byte> task, const Settings& settings,
                                          const std::stop_token& stop, std::atomic<std::int64_t>& frames);

/// Whether this process was started by encode_isolated(): then it has to return run_isolated_child() from
/// main() before anything else is set up; `encode` does the work.
[[nodiscard]] bool is_isolated_child(int argc, const char* const* argv);
[[nodiscard]] int run_isolated_child(EncodeTask& encode = encode_chunk) noexcept;

}  // namespace mpienc::encode
