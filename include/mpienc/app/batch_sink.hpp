#pragma once

#include <atomic>
#include <exception>
#include <filesystem>
#include <functional>
#include <memory>
#include <thread>

#include "mpienc/app/batch_list.hpp"
#include "mpienc/app/bounded_queue.hpp"
#include "mpienc/app/chunk_sink.hpp"
#include "mpienc/collection/result_log.hpp"
#include "mpienc/collection/tally.hpp"
#include "mpienc/core/log.hpp"

namespace mpienc::app {

/// Takes a batch's results on a thread of its own: writes what came as bytes, copies, links, logs and counts.
class BatchSink final : public ChunkSink {
 public:
  /// `list` and `options` outlive it. `output`: absolute, and there. `wake` is called after an error.
  BatchSink(const BatchList& list, const BatchOptions& options, std::filesystem::path output, Logger& logger,
            std::function<void()> wake);
  ~BatchSink() override;

  void planned(const PlannedChunk&) override {}
  /// A file that crashes its codec again and again has failed; the others go on.
  [[nodiscard]] Replacement replace(const encode::Task& task, OnBadChunk choice) override;
  void release(std::shared_ptr<const ChunkResult> result) override;
  void finish() override {}
  [[nodiscard]] std::int64_t backlog() const override { return backlog_; }
  [[nodiscard]] bool rest_ended() const override { return true; }
  void rethrow() const override;
  /// Makes the links. Returns the bytes of all outputs that were made. What is done stays done where `before_rename`
  /// throws.
  std::int64_t commit(const std::function<void()>& before_rename) override;
  void discard() const noexcept override {}

  /// After commit().
  [[nodiscard]] const collection::Tally& tally() const { return tally_; }

 private:
  void run();
  void begin();
  void take(const FileResult& result);
  void copy(const BatchCopy& copy);
  void store(const collection::Result& result);
  void link_all();
  /// Gives carried bytes their place; what goes wrong is the outcome's.
  void write(const std::filesystem::path& relative, FileOutcome& outcome) const;

  const BatchList& list_;
  const BatchOptions& options_;
  std::filesystem::path output_;
  Logger& logger_;
  std::function<void()> wake_;
  collection::ResultLog log_;
  collection::Tally tally_;
  BoundedQueue<std::shared_ptr<const ChunkResult>> results_;
  std::atomic<std::int64_t> backlog_ = 0;
  std::exception_ptr failure_;
  std::atomic<bool> failed_ = false;
  std::jthread thread_;
};

}  // namespace mpienc::app
