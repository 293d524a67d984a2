#include "mpienc/app/output_journals.hpp"

#include <utility>

#include "mpienc/collection/file_name.hpp"
#include "mpienc/collection/folder_below.hpp"
#include "mpienc/core/error.hpp"
#include "mpienc/report/format.hpp"

namespace mpienc::app {

namespace fs = std::filesystem;

OutputJournal::OutputJournal(OutputJournals& all, fs::path output, std::unique_ptr<store::Journal> journal)
    : all_(all), output_(std::move(output)), journal_(std::move(journal)) {
  const std::lock_guard lock(all_.mutex_);
  all_.open_.insert(this);
}

OutputJournal::~OutputJournal() { all_.close(*this); }

OutputJournals::OutputJournals(fs::path folder, bool restart, Logger& logger)
    : folder_(std::move(folder)), restart_(restart), logger_(logger) {}

std::shared_ptr<OutputJournal> OutputJournals::open(const fs::path& output,
                                                    const store::JournalIdentity& identity) {
  const std::lock_guard lock(disk_);
  try {
    auto journal = open_at(output, identity);
    if (journal->restored() > 0) {
      logger_.info("going on with {}, of which {} are there (--restart begins anew)",
                   collection::shown(output), report::counted(journal->restored(), "finished chunk"));
    }
    if (journal->died()) {
      logger_.info(
          "the run before did not end in order: every chunk of {} is encoded in a process of its own",
          collection::shown(output));
    }
    return std::make_shared<OutputJournal>(*this, output, std::move(journal));
  } catch (const Error& error) {
    if (!std::exchange(told_, true)) {
      logger_.warn("{}; without a journal long files begin anew if the job is killed", error.what());
    }
    remove_empty(output);
    return nullptr;
  }
}

std::unique_ptr<store::Journal> OutputJournals::open_at(const fs::path& output,
                                                        const store::JournalIdentity& identity) const {
  const auto folder = folder_ / output;
  const auto open = [&](bool restart) {
    store::make_journal_parents(folder_.parent_path(), folder);
    return std::make_unique<store::Journal>(folder, identity, restart);
  };
  try {
    return open(restart_);
  } catch (const Error& error) {
    // Another job may have taken the folders away as they were made.
    if (error.status() != ExitStatus::input) return open(restart_);
    logger_.info("{} begins anew: what an earlier run had finished of it was made from something else",
                 collection::shown(output));
    return open(true);
  }
}

void OutputJournals::forget(std::span<const fs::path> outputs) {
  const std::lock_guard lock(disk_);
  std::error_code unknown;
  if (!fs::is_directory(folder_, unknown)) return;
  for (const auto& output : outputs) {
    if (!collection::stays_below(output)) continue;
    try {
      static_cast<void>(store::Journal::remove_left(folder_ / output));
    } catch (const Error&) {
      continue;  // another job is making it anew
    }
    remove_empty(output);
  }
}

int OutputJournals::kept() const {
  const std::lock_guard lock(mutex_);
  int chunks = 0;
  for (const auto* one : open_) chunks += one->finished_ ? 0 : one->journal_->chunks();
  return chunks;
}

void OutputJournals::ended() noexcept {
  const std::lock_guard lock(mutex_);
  ended_ = true;
  for (auto* one : open_) {
    if (!one->journal_->died()) one->journal_->ended();
  }
}

void OutputJournals::close(OutputJournal& journal) noexcept {
  const std::lock_guard lock(disk_);
  bool ended = false;
  {
    const std::lock_guard registry(mutex_);
    open_.erase(&journal);
    ended = ended_;
  }
  const bool empty = ended && !journal.journal_->died() && journal.journal_->chunks() == 0;
  if (journal.finished_ || empty) static_cast<void>(journal.journal_->remove());
  journal.journal_.reset();
  remove_empty(journal.output_);
}

void OutputJournals::remove_empty(const fs::path& output) const noexcept {
  collection::remove_empty_folders(folder_.parent_path(), folder_.filename() / output);
}

}  // namespace mpienc::app
