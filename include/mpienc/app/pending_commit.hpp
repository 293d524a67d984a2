#pragma once

#include "mpienc/app/options.hpp"
#include "mpienc/core/log.hpp"
#include "mpienc/store/commit_note.hpp"

namespace mpienc::app {

/// Whether a run of this very job was killed after it had given the output its name: then the job is done,
/// which is told, and what that run left is taken away. Of another job that was complete just what it left is
/// taken away. Error(output) where that job's process still runs, or the disk fails.
[[nodiscard]] bool completed_before(const Options& options, Logger& logger);

/// Keeps the note of what is about to get the output's name; with --no-journal none. The destructor removes
/// it, unless the output got its name and the job failed after that. Make it when the job has its journal to
/// itself.
class PendingCommit {
 public:
  PendingCommit(const Options& options, store::JournalIdentity identity);
  ~PendingCommit();
  PendingCommit(const PendingCommit&) = delete;
  PendingCommit& operator=(const PendingCommit&) = delete;

  /// Without room for it the job goes on.
  void note(const FileIdentity& file) const noexcept;
  /// The job is done, and nothing else of it is left. False where the note is.
  bool done() noexcept;

 private:
  bool kept_;
  std::filesystem::path output_;
  store::JournalIdentity identity_;
  store::CommitNote note_;
};

}  // namespace mpienc::app
