#pragma once

#include <atomic>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "mpienc/app/batch_copier.hpp"
#include "mpienc/app/batch_list.hpp"
#include "mpienc/app/chunk_sink.hpp"
#include "mpienc/app/chunked_files.hpp"
#include "mpienc/app/long_file_reader.hpp"
#include "mpienc/app/open_files.hpp"
#include "mpienc/app/write_thread.hpp"
#include "mpienc/collection/result_log.hpp"
#include "mpienc/collection/tally.hpp"
#include "mpienc/core/log.hpp"

namespace mpienc::app {

/// Takes a batch's results on a thread of its own, as they come: writes what came as bytes and the files of
/// chunks, copies, links, logs and counts.
class BatchSink final : public ChunkSink, public ChunkedOutputs {
 public:
  /// `list` and `options` outlive it. `output`: absolute, and there. `wake` is called after an error.
  BatchSink(const BatchList& list, const BatchOptions& options, std::filesystem::path output, Logger& logger,
            std::function<void()> wake);

  void planned(const PlannedChunk& chunk) override;
  /// What crashes its codec again and again has failed; the others go on.
  [[nodiscard]] Replacement replace(const encode::Task& task, OnBadChunk choice) override;
  [[nodiscard]] std::optional<Replacement> replace_failed(const encode::Task& task,
                                                          const Failure& failure) override;
  [[nodiscard]] bool in_order() const override { return false; }
  void release(std::shared_ptr<const ChunkResult> result) override;
  void finish() override {}
  [[nodiscard]] std::int64_t backlog() const override { return thread_.backlog() + chunked_.waiting(); }
  [[nodiscard]] bool rest_ended() const override { return true; }
  void rethrow() const override { thread_.rethrow(); }
  /// Makes what is left of the copies, and the links. Returns the bytes of all outputs that were made. What
  /// is done stays done where `before_rename` throws.
  std::int64_t commit(const std::function<void()>& before_rename) override;
  void discard() const noexcept override { open_.discard(); }

  void begin_output(int output, ChunkedBeginning beginning) override;
  void end_output(int output, ChunkedEnding ending) override;
  void fail_output(int output, ExitStatus status, std::string reason) override;
  void refuse_output(collection::Result row) override;

  /// A chunk that is not released, in words for messages.
  [[nodiscard]] std::string place(int chunk) const { return places_.at(chunk).words; }
  /// After commit().
  [[nodiscard]] const collection::Tally& tally() const { return tally_; }

 private:
  struct Place {
    std::shared_ptr<const encode::Task> file;  ///< null for a chunk of a file
    int output = 0;                            ///< of chunks
    std::string words;
  };

  [[nodiscard]] std::string name_of_output(int output) const;
  void begin();
  void copy_next();
  void take(const FileResult& result, const FileTask& task);
  void store(const collection::Result& result);
  void link_all();
  /// Gives carried bytes their place; what goes wrong is the outcome's.
  void write(const std::filesystem::path& relative, FileOutcome& outcome);

  const BatchList& list_;
  const BatchOptions& options_;
  std::filesystem::path output_;
  Logger& logger_;
  collection::ResultLog log_;
  collection::Tally tally_;
  std::map<int, Place> places_;
  mutable std::mutex names_mutex_;
  std::map<int, std::string> names_;  ///< of outputs that are made of chunks
  mutable OpenFiles open_;
  ChunkedFiles chunked_;
  BatchCopier copier_;
  WriteThread thread_;
};

}  // namespace mpienc::app
