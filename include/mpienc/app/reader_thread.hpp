#pragma once

#include <atomic>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <thread>
#include <vector>

#include "mpienc/app/audio_thread.hpp"
#include "mpienc/app/chunk_reader.hpp"
#include "mpienc/app/plan_order.hpp"
#include "mpienc/app/relay_cutter.hpp"
#include "mpienc/app/video_copy.hpp"
#include "mpienc/core/cpu_clock.hpp"
#include "mpienc/input/chunk_cutter.hpp"
#include "mpienc/input/program.hpp"

namespace mpienc::app {

/// Demuxes and cuts on rank 0: chunks go to the plan one at a time, audio packets to their tracks, some of
/// which have chunks as well. Reading waits where either side is full, so memory is bounded by the window.
class ReaderThread : public ChunkReader {
 public:
  /// At most one of `cutter` and `copy` is there: video to encode, to copy, or none. `pixels`: of a
  /// source frame. All outlive the thread.
  ReaderThread(input::Program& program, std::unique_ptr<input::ChunkCutter> cutter,
               std::vector<std::unique_ptr<AudioThread>>& audio, PlanOrder& order, VideoCopy* copy,
               std::int64_t pixels, Logger& logger, std::function<void()> wake);
  ~ReaderThread() override;
  ReaderThread(const ReaderThread&) = delete;
  ReaderThread& operator=(const ReaderThread&) = delete;

  [[nodiscard]] std::optional<PlannedChunk> try_chunk() override { return order_.try_take(); }
  /// All chunks have been taken and all packets handed on; before that nothing is known of the end.
  [[nodiscard]] bool done() const override { return done_ && order_.settled(); }
  void rethrow() const override;

  /// Damage met where the video is decoded here; after done().
  [[nodiscard]] std::int64_t damaged_frames() const { return relay_ ? relay_->damaged_frames() : 0; }
  [[nodiscard]] std::int64_t decode_errors() const { return relay_ ? relay_->decode_errors() : 0; }

  /// From how far reading is.
  [[nodiscard]] std::optional<double> total_seconds() const override;

 private:
  void run(const std::stop_token& stop);
  void read_all(const std::stop_token& stop);
  void give(std::optional<input::CutChunk> chunk);
  void tell_audio_time();
  void cut_audio();
  void cut(av::Packet packet, std::optional<double> fraction);
  void report_growth();

  input::Program& program_;
  std::unique_ptr<input::ChunkCutter> cutter_;
  std::optional<RelayCutter> relay_;
  std::vector<std::unique_ptr<AudioThread>>& audio_;
  PlanOrder& order_;
  VideoCopy* copy_;
  std::int64_t pixels_;
  Logger& logger_;
  std::function<void()> wake_;
  WorkClock reading_;  ///< of the thread, since the last chunk
  std::atomic<double> total_seconds_ = 0;
  double told_seconds_ = 0, cut_seconds_ = 0;
  bool growth_reported_ = false;
  std::exception_ptr failure_;
  std::atomic<bool> failed_ = false, done_ = false;
  std::jthread thread_;
};

}  // namespace mpienc::app
