#pragma once

#include <atomic>
#include <exception>
#include <functional>
#include <memory>
#include <thread>

#include "mpienc/app/bounded_queue.hpp"
#include "mpienc/app/chunk_sink.hpp"
#include "mpienc/app/recording_file.hpp"

namespace mpienc::app {

/// Writes a recording's chunks on a thread of its own, so that a slow disk delays no lane.
class RecordingSink final : public ChunkSink {
 public:
  /// `note`: told just before the file gets its name. `wake` is called after an error.
  RecordingSink(std::unique_ptr<RecordingFile> file, bool overwrite, Conversion::Note note,
                std::function<void()> wake);
  ~RecordingSink() override;

  void planned(const PlannedChunk&) override {}
  /// A recording goes on without no chunk: Error(internal).
  [[nodiscard]] Replacement replace(const encode::Task& task, OnBadChunk choice) override;
  /// From any one thread.
  void release(std::shared_ptr<const ChunkResult> result) override;
  void finish() override {}
  [[nodiscard]] std::int64_t backlog() const override { return backlog_; }
  [[nodiscard]] bool rest_ended() const override { return true; }
  void rethrow() const override;
  std::int64_t commit(const std::function<void()>& before_rename) override;
  void discard() const noexcept override { file_->discard(); }

 private:
  void run(const std::stop_token& stop);

  std::unique_ptr<RecordingFile> file_;
  bool overwrite_;
  Conversion::Note note_;
  std::function<void()> wake_;
  BoundedQueue<std::shared_ptr<const ChunkResult>> results_;
  std::atomic<std::int64_t> backlog_ = 0;
  std::exception_ptr failure_;
  std::atomic<bool> failed_ = false;
  std::jthread thread_;
};

}  // namespace mpienc::app
