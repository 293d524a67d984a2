#pragma once

#include <atomic>
#include <exception>
#include <filesystem>
#include <functional>
#include <thread>

#include "mpienc/app/batch_list.hpp"
#include "mpienc/app/bounded_queue.hpp"
#include "mpienc/app/chunk_reader.hpp"

namespace mpienc::app {

/// A batch's files as tasks, the largest first; where ranks do not see the files it reads them.
class BatchReader final : public ChunkReader {
 public:
  /// `list` and `options` outlive it. `output`: absolute. `carry`: files and outputs travel as bytes.
  /// `fma`: encode::FlacSettings::fma.
  BatchReader(const BatchList& list, const BatchOptions& options, std::filesystem::path output, bool carry, bool fma,
              std::function<void()> wake);
  ~BatchReader() override;

  [[nodiscard]] std::optional<PlannedChunk> try_chunk() override { return tasks_.try_pop(); }
  [[nodiscard]] bool done() const override { return done_; }
  void rethrow() const override;
  [[nodiscard]] std::optional<double> total_seconds() const override;

 private:
  void run(const std::stop_token& stop);
  [[nodiscard]] PlannedChunk plan(int index, const BatchFile& file);

  const BatchList& list_;
  const BatchOptions& options_;
  std::filesystem::path output_;
  bool carry_, fma_;
  std::function<void()> wake_;
  std::int64_t position_ = 0;  ///< bytes of the files before
  BoundedQueue<PlannedChunk> tasks_{1};
  std::exception_ptr failure_;
  std::atomic<bool> failed_ = false, done_ = false;
  std::jthread thread_;
};

}  // namespace mpienc::app
