#pragma once

#include <atomic>
#include <exception>
#include <filesystem>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <thread>

#include "mpienc/app/bounded_queue.hpp"
#include "mpienc/app/chunk_reader.hpp"
#include "mpienc/app/chunked_output.hpp"
#include "mpienc/collection/result.hpp"
#include "mpienc/convert/format.hpp"

namespace mpienc::app {

/// An output that is to be made in chunks.
struct LongOutput {
  std::filesystem::path input;  ///< absolute
  std::filesystem::path root;   ///< of all outputs, absolute
  std::filesystem::path path;   ///< below root
  convert::Format format;
  std::string options;     ///< of the format, as convert::parse_format() takes them
  bool shared = false;     ///< all ranks see the input
  collection::Result row;  ///< the names in its result
  double seconds = 0;      ///< of the job, for displays
};

/// Where the chunks' files go; called from the reader's thread.
class ChunkedOutputs {
 public:
  ChunkedOutputs() = default;
  ChunkedOutputs(const ChunkedOutputs&) = delete;
  ChunkedOutputs& operator=(const ChunkedOutputs&) = delete;
  virtual ~ChunkedOutputs() = default;

  /// Before any chunk of that output is read.
  virtual void begin_output(int output, ChunkedBeginning beginning) = 0;
  virtual void end_output(int output, ChunkedEnding ending) = 0;
  virtual void fail_output(int output, ExitStatus status, std::string reason) = 0;
  /// One that could not be begun.
  virtual void refuse_output(collection::Result row) = 0;
};

/// Reads and cuts long files, one output after the other, on a thread of its own.
class LongFileReader {
 public:
  /// `outputs` and `journals`, which may be null, outlive it; `wake` is called where there is something new.
  LongFileReader(ChunkedOutputs& outputs, OutputJournals* journals, std::function<void()> wake);
  ~LongFileReader();
  LongFileReader(const LongFileReader&) = delete;
  LongFileReader& operator=(const LongFileReader&) = delete;

  void add(LongOutput output) { waiting_.push(std::move(output)); }
  /// No more come.
  void close() { waiting_.close(); }

  /// Its track is the output's number, its seconds are those of the job, from 0; without an index.
  [[nodiscard]] std::optional<PlannedChunk> try_chunk() { return chunks_.try_pop(); }
  /// After close(): all chunks were there to be taken.
  [[nodiscard]] bool done() const { return done_; }
  void rethrow() const;

 private:
  void run(const std::stop_token& stop);
  void read(int number, LongOutput output, const std::stop_token& stop);
  [[nodiscard]] std::shared_ptr<OutputJournal> open_journal(const LongOutput& output);

  ChunkedOutputs& outputs_;
  OutputJournals* journals_;
  std::function<void()> wake_;
  BoundedQueue<LongOutput> waiting_{std::numeric_limits<std::size_t>::max()};
  BoundedQueue<PlannedChunk> chunks_{1};
  std::exception_ptr failure_;
  std::atomic<bool> failed_ = false, done_ = false;
  std::jthread thread_;
};

}  // namespace mpienc::app
