#pragma once

#include <atomic>
#include <exception>
#include <functional>
#include <memory>
#include <thread>

#include "mpienc/app/bounded_queue.hpp"
#include "mpienc/app/chunk_reader.hpp"
#include "mpienc/app/md5_thread.hpp"
#include "mpienc/app/pcm_cutter.hpp"
#include "mpienc/core/log.hpp"

namespace mpienc::app {

/// Reads and cuts a recording on rank 0: chunks go to the coordinator one at a time, their samples to the MD5
/// as well.
class PcmReader final : public ChunkReader {
 public:
  /// `encodes`: the cutter gives no chunks but encodes what it reads. `md5` may be null; all outlive it. What
  /// the source warns of from `told` on is told at the end.
  PcmReader(input::PcmSource& source, std::unique_ptr<PcmCutter> cutter, bool encodes, Md5Thread* md5,
            std::size_t told, Logger& logger, std::function<void()> wake);
  ~PcmReader() override;

  [[nodiscard]] std::optional<PlannedChunk> try_chunk() override { return chunks_.try_pop(); }
  [[nodiscard]] bool done() const override { return done_; }
  void rethrow() const override;
  [[nodiscard]] std::optional<double> total_seconds() const override { return total_seconds_; }
  [[nodiscard]] double encoded_seconds() const override;

 private:
  void run(const std::stop_token& stop);
  void read_all(const std::stop_token& stop);

  input::PcmSource& source_;
  std::unique_ptr<PcmCutter> cutter_;
  bool encodes_;
  Md5Thread* md5_;
  std::size_t told_;
  Logger& logger_;
  std::function<void()> wake_;
  std::optional<double> total_seconds_;
  BoundedQueue<PlannedChunk> chunks_{1};
  std::exception_ptr failure_;
  std::atomic<bool> failed_ = false, done_ = false;
  std::jthread thread_;
};

}  // namespace mpienc::app
