#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <stop_token>

#include "mpienc/app/chunked_output.hpp"
#include "mpienc/app/open_files.hpp"
#include "mpienc/collection/result.hpp"
#include "mpienc/plan/chunk_result.hpp"

namespace mpienc::app {

/// Outputs in the making of which chunks come in any order; each gets its name when its last chunk and its
/// ending are there. What goes wrong with one is its result and does not concern the others. One thread, but
/// for waiting().
class ChunkedFiles {
 public:
  using Done = std::function<void(const collection::Result&)>;

  /// `open` outlives it. `done` gets one result per output.
  ChunkedFiles(OpenFiles& open, Done done) : open_(open), done_(std::move(done)) {}

  void begin(int output, ChunkedBeginning beginning);
  /// A FileResult in place of a chunk: its one outcome is why there is none. A stop leaves the output
  /// unfinished.
  void add(int output, const std::shared_ptr<const ChunkResult>& result, const std::stop_token& stop);
  void end(int output, ChunkedEnding ending);
  void fail(int output, ExitStatus status, const std::string& reason);

  /// Bytes of chunks that wait for one before them.
  [[nodiscard]] std::int64_t waiting() const { return waiting_; }

 private:
  struct Output {
    Output(OpenFiles& open, std::unique_ptr<RecordingFile> its_file)
        : file(std::move(its_file)), entry(open, [made = file.get()] { made->discard(); }) {}

    std::unique_ptr<RecordingFile> file;
    OpenFiles::Entry entry;
    collection::Result row;
    std::shared_ptr<std::atomic<bool>> given_up;
    std::shared_ptr<OutputJournal> journal;
    std::map<std::int32_t, std::shared_ptr<const ChunkResult>> later;
    std::int32_t next = 0;
    double seconds = 0;  ///< that lanes took
    std::optional<ChunkedEnding> ending;
  };
  void append(Output& output, const std::stop_token& stop);
  void commit(Output& output);
  /// The result of what is done with, for good or bad.
  [[nodiscard]] collection::Result take(std::map<int, Output>::iterator output);
  /// What `work` throws is the output's failure.
  template <class Work>
  void with(int output, const Work& work);

  OpenFiles& open_;
  Done done_;
  std::map<int, Output> outputs_;
  std::atomic<std::int64_t> waiting_ = 0;
};

}  // namespace mpienc::app
