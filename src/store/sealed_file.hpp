#pragma once

#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "mpienc/core/bytes.hpp"

namespace mpienc::store {

/// A whole HDF5 file with its size and CRC-32 in the user block.
[[nodiscard]] Bytes sealed(Bytes image);

/// `content` has that name when it returns. Until sync_files() a power cut may leave less of it under the
/// name; nothing else does. Error(output) naming the folder; what was there before is then still there.
void write_unsynced(const std::filesystem::path& folder, const std::string& name,
                    std::span<const std::byte> content);

/// Has those files of the folder, as far as they are still there, and their names on disk when it returns.
/// Error(output) naming the folder.
void sync_files(const std::filesystem::path& folder, const std::vector<std::string>& names);

/// Has `content` on disk under that name when it returns: there is never less than all of it under the name.
/// Errors as of write_unsynced().
void write_whole(const std::filesystem::path& folder, const std::string& name,
                 std::span<const std::byte> content);

/// A sealed file with its user block; nothing where it is missing or a single byte is not as it was written.
[[nodiscard]] std::optional<Bytes> read_sealed(const std::filesystem::path& path);

/// What both call it until it is complete, and what a killed process may leave.
[[nodiscard]] std::string temporary_name(const std::string& name);

/// Has the names in a folder on disk. Error(output) naming `folder`.
void sync_folder(const std::filesystem::path& folder);

/// Throws Error(output) "folder: <what>: <reason>" for an errno.
[[noreturn]] void fail_in(const std::filesystem::path& folder, const std::string& what, int code);

}  // namespace mpienc::store
