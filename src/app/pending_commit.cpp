#include "mpienc/app/pending_commit.hpp"

#include <exception>
#include <utility>

#include "mpienc/app/job_identity.hpp"
#include "mpienc/output/temporary_file.hpp"

namespace mpienc::app {

using Fit = store::CommitNote::Fit;

bool completed_before(const Options& options, Logger& logger) {
  if (!options.journal || options.restart) return false;
  const auto folder = journal_folder(options);
  const store::CommitNote note(folder);
  const auto fit = note.exists() ? note.fit(job_identity(options), options.output) : Fit::nothing;
  if (fit == Fit::nothing) return false;
  output::settle(options.output);
  if (!store::Journal::remove_left(folder)) return false;
  note.remove();
  if (fit == Fit::output) return false;
  logger.info("{} is complete: the run before had given it its name (--restart --overwrite begins anew)",
              options.output.string());
  return true;
}

PendingCommit::PendingCommit(const Options& options, store::JournalIdentity identity)
    : kept_(options.journal),
      output_(options.output),
      identity_(std::move(identity)),
      note_(journal_folder(options)) {
  if (kept_) note_.remove();
}

PendingCommit::~PendingCommit() {
  if (kept_ && note_.fit(identity_, output_) == Fit::nothing) note_.remove();
}

void PendingCommit::note(const FileIdentity& file) const noexcept try {
  if (kept_) note_.write(identity_, file);
} catch (const std::exception&) {
  // Then a kill in the next instants would leave an output that the next run takes for another job's.
}

bool PendingCommit::done() noexcept { return !std::exchange(kept_, false) || note_.remove(); }

}  // namespace mpienc::app
