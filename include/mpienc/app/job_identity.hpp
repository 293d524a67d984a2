#pragma once

#include <cstdint>
#include <filesystem>

#include "mpienc/app/long_file_reader.hpp"
#include "mpienc/app/options.hpp"
#include "mpienc/encode/task.hpp"
#include "mpienc/store/journal.hpp"

namespace mpienc::app {

/// All that shapes the bytes of a job's chunks: the inputs (size and samples of their bytes), the encoding
/// options and the versions of the libraries. Two jobs with one identity make the same chunks.
[[nodiscard]] store::JournalIdentity job_identity(const Options& options);

/// The same for the chunks of a long file of a batch. Error(input) where it cannot be read.
[[nodiscard]] store::JournalIdentity output_identity(const LongOutput& output);

/// CRC-32 of what a chunk is made from: its place, its packets or samples, and the serialised
/// encode::Settings.
[[nodiscard]] std::uint32_t task_checksum(const encode::Task& task, std::span<const std::byte> settings);

/// The same for a chunk of a long file, whoever reads it: its own samples are known by their CRC-32, and
/// those around them by the output_identity().
[[nodiscard]] std::uint32_t task_checksum(const encode::Task& task, std::uint32_t own_samples);

/// Where the journal of this job lies, or those of a batch.
[[nodiscard]] std::filesystem::path journal_folder(const Options& options);

}  // namespace mpienc::app
