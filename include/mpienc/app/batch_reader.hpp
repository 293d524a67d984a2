#pragma once

#include <atomic>
#include <exception>
#include <filesystem>
#include <functional>
#include <thread>

#include "mpienc/app/batch_list.hpp"
#include "mpienc/app/bounded_queue.hpp"
#include "mpienc/app/chunk_reader.hpp"
#include "mpienc/app/long_file_reader.hpp"
#include "mpienc/app/long_files.hpp"

namespace mpienc::app {

/// A batch's files as tasks, the largest first, and chunks of the long ones as they are read: those go first,
/// as reading them takes as long as it takes. Where ranks do not see the files it reads all of them.
class BatchReader final : public ChunkReader {
 public:
  struct Setting {
    std::filesystem::path output;  ///< absolute
    bool carry = false;            ///< files and outputs travel as bytes
    bool fma = true;               ///< encode::FlacSettings::fma
    bool shared = false;           ///< other ranks see the files
    double long_seconds = app::long_seconds;
    OutputJournals* journals = nullptr;  ///< outlive it
  };

  /// `list`, `options` and `outputs` outlive it.
  BatchReader(const BatchList& list, const BatchOptions& options, Setting setting, ChunkedOutputs& outputs,
              std::function<void()> wake);
  ~BatchReader() override;

  [[nodiscard]] std::optional<PlannedChunk> try_chunk() override;
  [[nodiscard]] bool done() const override { return done_ && long_.done(); }
  void rethrow() const override;
  [[nodiscard]] std::optional<double> total_seconds() const override;

 private:
  void run(const std::stop_token& stop);
  [[nodiscard]] PlannedChunk plan(int number, const BatchFile& file,
                                  const std::vector<BatchOutput>& outputs) const;

  const BatchList& list_;
  const BatchOptions& options_;
  Setting setting_;
  std::function<void()> wake_;
  int next_index_ = 0;
  double position_ = 0;  ///< seconds of the chunks before
  LongFileReader long_;
  BoundedQueue<PlannedChunk> tasks_{1};
  std::exception_ptr failure_;
  std::atomic<bool> failed_ = false, done_ = false;
  std::jthread thread_;
};

}  // namespace mpienc::app
