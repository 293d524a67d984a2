#include "mpienc/app/recording_sink.hpp"

#include <utility>

#include "mpienc/core/error.hpp"

namespace mpienc::app {

RecordingSink::RecordingSink(std::unique_ptr<RecordingFile> file, bool overwrite, Conversion::Note note,
                             std::function<void()> wake)
    : file_(std::move(file)), overwrite_(overwrite), note_(std::move(note)), thread_(std::move(wake)) {}

Replacement RecordingSink::replace(const encode::Task&, OnBadChunk) {
  throw Error(ExitStatus::internal, "a recording has nothing in place of a chunk");
}

void RecordingSink::release(std::shared_ptr<const ChunkResult> result) {
  const auto bytes = result->payload_bytes();
  thread_.push(
      [this, result = std::move(result)](const std::stop_token& stop) { file_->append(*result, stop); },
      bytes);
}

std::int64_t RecordingSink::commit(const std::function<void()>& before_rename) {
  thread_.finish();
  return file_->commit(overwrite_, [&] {
    if (before_rename) before_rename();
    if (note_) note_(file_->identity());
  });
}

}  // namespace mpienc::app
