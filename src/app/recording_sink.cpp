#include "mpienc/app/recording_sink.hpp"

#include <limits>
#include <utility>

#include "mpienc/core/error.hpp"

namespace mpienc::app {

RecordingSink::RecordingSink(std::unique_ptr<RecordingFile> file, bool overwrite, Conversion::Note note,
                             std::function<void()> wake)
    : file_(std::move(file)),
      overwrite_(overwrite),
      note_(std::move(note)),
      wake_(std::move(wake)),
      results_(std::numeric_limits<std::size_t>::max()) {
  thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

RecordingSink::~RecordingSink() {
  thread_.request_stop();
  results_.abandon();
}

Replacement RecordingSink::replace(const encode::Task&, OnBadChunk) {
  throw Error(ExitStatus::internal, "a recording has nothing in place of a chunk");
}

void RecordingSink::release(std::shared_ptr<const ChunkResult> result) {
  backlog_ += result->payload_bytes();
  results_.push(std::move(result));
}

void RecordingSink::run(const std::stop_token& stop) {
  try {
    while (const auto result = results_.pop()) {
      file_->append(**result, stop);
      backlog_ -= (*result)->payload_bytes();
    }
  } catch (...) {
    failure_ = std::current_exception();
    failed_ = true;
    backlog_ = 0;
    results_.abandon();
    wake_();
  }
}

void RecordingSink::rethrow() const {
  if (failed_) std::rethrow_exception(failure_);
}

std::int64_t RecordingSink::commit(const std::function<void()>& before_rename) {
  results_.close();
  thread_.join();
  rethrow();
  return file_->commit(overwrite_, [&] {
    if (before_rename) before_rename();
    if (note_) note_(file_->identity());
  });
}

}  // namespace mpienc::app
