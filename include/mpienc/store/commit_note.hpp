#pragma once

#include <filesystem>

#include "mpienc/core/file_identity.hpp"
#include "mpienc/store/journal.hpp"

namespace mpienc::store {

/// What a job notes right before its output gets its name, so that a run after a kill in the midst of that
/// knows whether the job is complete. One line of text beside the journal's folder, .NAME.commit; it is the
/// last of a job's files to go. The folder itself need not exist.
class CommitNote {
 public:
  explicit CommitNote(const std::filesystem::path& journal_folder);

  /// On disk when it returns. Error(output).
  void write(const JournalIdentity& job, const FileIdentity& output) const;
  /// How what the note says of this job and of the file under the output's name fits them. A note that is
  /// missing or damaged fits nothing.
  enum class Fit { nothing, output, output_and_job };
  [[nodiscard]] Fit fit(const JournalIdentity& job, const std::filesystem::path& output) const;
  [[nodiscard]] bool exists() const;
  /// False where it is still there.
  bool remove() const noexcept;

 private:
  std::filesystem::path folder_;
  std::string name_;
};

}  // namespace mpienc::store
