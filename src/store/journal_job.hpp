#pragma once

#include <filesystem>

#include "mpienc/store/journal.hpp"

namespace mpienc::store {

/// Writes job.h5. Error(output).
void write_journal_job(const std::filesystem::path& folder, const JournalIdentity& identity);

/// Error(input) where job.h5 does not open, is of another version or holds another identity.
void require_journal_job(const std::filesystem::path& folder, const JournalIdentity& identity);

}  // namespace mpienc::store
