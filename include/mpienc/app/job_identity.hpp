#pragma once

#include <cstdint>
#include <filesystem>

#include "mpienc/app/options.hpp"
#include "mpienc/encode/task.hpp"
#include "mpienc/store/journal.hpp"

namespace mpienc::app {

/// All that shapes the bytes of a job's chunks: the inputs (size and samples of their bytes), the encoding options
/// and the versions of the libraries. Two jobs with one identity make the same chunks.
[[nodiscard]] store::JournalIdentity job_identity(const Options& options);

/// CRC-32 of what a chunk is made from: its place, its packets or samples, and the serialised encode::Settings.
[[nodiscard]] std::uint32_t task_checksum(const encode::Task& task, std::span<const std::byte> settings);

/// Where the journal of this job lies.
[[nodiscard]] std::filesystem::path journal_folder(const Options& options);

}  // namespace mpienc::app
