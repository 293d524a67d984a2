#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace mpienc::store {

inline constexpr const char* journal_job_name = "job.h5";
inline constexpr const char* journal_lock_name = "lock";
inline constexpr const char* journal_open_name =
    "open";  ///< there while a run uses it, and after one that died

/// chunk-000123.h5
[[nodiscard]] std::string journal_chunk_name(int chunk);

/// What lies in a journal's folder, by name.
struct JournalListing {
  bool job = false;
  bool open = false;
  bool others = false;  ///< something that no journal makes
  std::vector<std::filesystem::path> chunks, temporaries;
};

/// Error(output) where the folder cannot be read.
[[nodiscard]] JournalListing list_journal(const std::filesystem::path& folder);

/// Makes the folder where it is missing; its parent must exist. Error(output).
void make_journal_folder(const std::filesystem::path& folder);

/// Makes the file `open` there; Error(output).
void make_journal_open(const std::filesystem::path& folder);

/// Only one living process has it. Where the file system knows no locks, all have.
class JournalLock {
 public:
  /// Makes the lock's file in the folder. Error(output) where another has it.
  explicit JournalLock(const std::filesystem::path& folder);
  ~JournalLock();
  JournalLock(const JournalLock&) = delete;
  JournalLock& operator=(const JournalLock&) = delete;

 private:
  int fd_ = -1;
};

}  // namespace mpienc::store
