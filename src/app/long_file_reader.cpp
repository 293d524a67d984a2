#include "mpienc/app/long_file_reader.hpp"

#include <algorithm>
#include <utility>

#include "mpienc/app/job_identity.hpp"
#include "mpienc/collection/folder_below.hpp"
#include "mpienc/core/cpu_clock.hpp"
#include "mpienc/core/error.hpp"

namespace mpienc::app {

namespace {

/// Calls `failed` with what `work` throws; whether it threw nothing.
template <class Work, class Failed>
bool succeeds(const Work& work, const Failed& failed) {
  try {
    work();
    return true;
  } catch (const Error& error) {
    failed(error.status(), error.what());
  } catch (const std::exception& error) {  // TagLib and the standard library throw others
    failed(ExitStatus::internal, error.what());
  }
  return false;
}

}  // namespace

LongFileReader::LongFileReader(ChunkedOutputs& outputs, OutputJournals* journals, std::function<void()> wake)
    : outputs_(outputs), journals_(journals), wake_(std::move(wake)) {
  thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

LongFileReader::~LongFileReader() {
  thread_.request_stop();
  waiting_.abandon();
  chunks_.abandon();
}

void LongFileReader::run(const std::stop_token& stop) {
  try {
    for (int number = 0; auto output = waiting_.pop(); ++number) read(number, std::move(*output), stop);
  } catch (...) {
    failure_ = std::current_exception();
    failed_ = true;
  }
  done_ = true;
  wake_();
}

void LongFileReader::read(int number, LongOutput output, const std::stop_token& stop) {
  std::optional<ChunkedOutput> made;
  const auto open = [&] {
    static_cast<void>(collection::FolderBelow(output.root, output.path.parent_path()));
    made.emplace(output.input, output.format, output.root / output.path, output.shared);
  };
  const bool opened = succeeds(open, [&](ExitStatus status, const char* reason) {
    output.row.status = collection::Status::failed;
    output.row.return_code = static_cast<int>(status);
    output.row.reason = reason;
    outputs_.refuse_output(std::move(output.row));
  });
  if (!opened) return;
  const auto given_up = std::make_shared<std::atomic<bool>>(false);
  const auto journal = open_journal(output);
  outputs_.begin_output(number, {made->take_file(), std::move(output.row), given_up, journal});
  const double share = output.seconds / made->likely_seconds();
  const auto cut = [&] {
    while (!stop.stop_requested() && !*given_up) {
      const WorkClock clock;
      auto chunk = made->next(stop);
      if (!chunk) break;
      chunk->cpu_seconds = clock.cpu_seconds();
      chunk->wall_seconds = clock.wall_seconds();
      chunk->track = number;
      if (journal) {
        chunk->journal = {{journal, &journal->journal()},
                          chunk->chunk.index,
                          task_checksum(*chunk->task, made->samples_crc32())};
        chunk->isolate = journal->journal().died();
      }
      chunk->chunk.end_seconds = chunk->chunk.seconds() * share;
      chunk->chunk.start_seconds = 0;
      chunks_.push(std::move(*chunk));
      wake_();
    }
    if (!stop.stop_requested() && !*given_up) outputs_.end_output(number, made->end());
  };
  static_cast<void>(succeeds(
      cut, [&](ExitStatus status, const char* reason) { outputs_.fail_output(number, status, reason); }));
}

std::shared_ptr<OutputJournal> LongFileReader::open_journal(const LongOutput& output) {
  try {
    return journals_ != nullptr ? journals_->open(output.path, output_identity(output)) : nullptr;
  } catch (const Error&) {
    return nullptr;  // what cannot be read any more will say so
  }
}

void LongFileReader::rethrow() const {
  if (failed_) std::rethrow_exception(failure_);
}

}  // namespace mpienc::app
