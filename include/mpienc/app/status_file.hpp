#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "mpienc/app/options.hpp"

namespace mpienc::app {

inline constexpr const char* status_extension = ".status";

/// Where a job tells how it is: OUTPUT.status, of a batch FOLDER/mpienc.status. Empty with --no-status and
/// --plan.
[[nodiscard]] std::filesystem::path status_file(const Options& options);
/// The output of the job that writes that status file.
[[nodiscard]] std::filesystem::path output_of_status(const std::filesystem::path& file);
/// Under which it is written until it is whole.
[[nodiscard]] std::filesystem::path half_status(const std::filesystem::path& file);

/// What a regular file of at most 16 MiB holds; nothing where there is none. Error(input) with the reason,
/// without the file's name, where it cannot be read. Never waits for a pipe.
[[nodiscard]] std::optional<std::string> read_status_text(const std::filesystem::path& file);

/// Whether a job may write there: nothing has that name, or a status file that a killed job has left.
[[nodiscard]] bool may_be_status(const std::filesystem::path& file) noexcept;
/// The process that has written it and since when it runs; empty where there is no status file.
[[nodiscard]] std::string status_writer(const std::filesystem::path& file) noexcept;
/// Takes it away, and what is half written of it, where it is a status file.
void remove_status(const std::filesystem::path& file) noexcept;

}  // namespace mpienc::app
