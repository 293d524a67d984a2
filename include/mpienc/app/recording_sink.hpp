#pragma once

#include <functional>
#include <memory>

#include "mpienc/app/chunk_sink.hpp"
#include "mpienc/app/recording_file.hpp"
#include "mpienc/app/write_thread.hpp"

namespace mpienc::app {

/// Writes a recording's chunks on a thread of its own.
class RecordingSink final : public ChunkSink {
 public:
  /// `note`: told just before the file gets its name. `wake` is called after an error.
  RecordingSink(std::unique_ptr<RecordingFile> file, bool overwrite, Conversion::Note note,
                std::function<void()> wake);

  void planned(const PlannedChunk&) override {}
  /// A recording goes on without no chunk: Error(internal).
  [[nodiscard]] Replacement replace(const encode::Task& task, OnBadChunk choice) override;
  /// From any one thread.
  void release(std::shared_ptr<const ChunkResult> result) override;
  void finish() override {}
  [[nodiscard]] std::int64_t backlog() const override { return thread_.backlog(); }
  [[nodiscard]] bool rest_ended() const override { return true; }
  void rethrow() const override { thread_.rethrow(); }
  std::int64_t commit(const std::function<void()>& before_rename) override;
  void discard() const noexcept override { file_->discard(); }

 private:
  std::unique_ptr<RecordingFile> file_;
  bool overwrite_;
  Conversion::Note note_;
  WriteThread thread_;
};

}  // namespace mpienc::app
