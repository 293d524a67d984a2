#pragma once

#include <atomic>
#include <filesystem>
#include <memory>
#include <mutex>
#include <set>
#include <span>

#include "mpienc/core/log.hpp"
#include "mpienc/store/journal.hpp"

namespace mpienc::app {

class OutputJournals;

/// The journal of one output, for as long as anybody holds it. Then it goes where it is not needed any more
/// or has nothing; else it stays for the next run.
class OutputJournal {
 public:
  /// For OutputJournals.
  OutputJournal(OutputJournals& all, std::filesystem::path output, std::unique_ptr<store::Journal> journal);
  ~OutputJournal();
  OutputJournal(const OutputJournal&) = delete;
  OutputJournal& operator=(const OutputJournal&) = delete;

  [[nodiscard]] store::Journal& journal() { return *journal_; }
  /// The output has its name, or has failed. Any thread.
  void finished() { finished_ = true; }

 private:
  friend class OutputJournals;

  OutputJournals& all_;
  std::filesystem::path output_;
  std::unique_ptr<store::Journal> journal_;
  std::atomic<bool> finished_ = false;
};

/// The journals of a batch's long files, one for each output that is being made, in one folder as the outputs
/// lie in theirs. A job without them goes on. Any thread.
class OutputJournals {
 public:
  /// `folder`: absolute, made with the first journal; it goes with the last. `restart`: what is there is
  /// forgotten.
  OutputJournals(std::filesystem::path folder, bool restart, Logger& logger);
  OutputJournals(const OutputJournals&) = delete;
  OutputJournals& operator=(const OutputJournals&) = delete;

  /// `output`: its path below the folder of all. What an earlier run made of something else is forgotten.
  /// Null where there can be none, of which the first is told.
  [[nodiscard]] std::shared_ptr<OutputJournal> open(const std::filesystem::path& output,
                                                    const store::JournalIdentity& identity);
  /// Of outputs that are complete: a run that was killed may have left their journals.
  void forget(std::span<const std::filesystem::path> outputs);
  /// Finished chunks that the next run would find.
  [[nodiscard]] int kept() const;
  /// The run ends in order, be it with an error, and no chunk may be why.
  void ended() noexcept;
  [[nodiscard]] const std::filesystem::path& folder() const { return folder_; }

 private:
  friend class OutputJournal;

  [[nodiscard]] std::unique_ptr<store::Journal> open_at(const std::filesystem::path& output,
                                                        const store::JournalIdentity& identity) const;
  void close(OutputJournal& journal) noexcept;
  void remove_empty(const std::filesystem::path& output) const noexcept;

  std::filesystem::path folder_;
  bool restart_;
  Logger& logger_;
  std::mutex disk_;  ///< folders come and go one after the other
  mutable std::mutex mutex_;
  std::set<OutputJournal*> open_;
  bool ended_ = false, told_ = false;
};

}  // namespace mpienc::app
