#pragma once

#include <atomic>
#include <exception>
#include <functional>
#include <optional>
#include <stop_token>
#include <thread>

#include "mpienc/app/options.hpp"
#include "mpienc/core/log.hpp"
#include "mpienc/input/program.hpp"

namespace mpienc::app {

/// The programme, opened on a thread of its own: a pipe without a writer or a dead file server keeps rank 0
/// neither from its signals nor from its ranks.
class ProgramOpening {
 public:
  /// `wake` is called when it is open or cannot be opened. `options` and `logger` outlive it.
  ProgramOpening(const Options& options, Logger& logger, std::function<void()> wake);
  /// stop(), and waits for the thread.
  ~ProgramOpening();
  ProgramOpening(const ProgramOpening&) = delete;
  ProgramOpening& operator=(const ProgramOpening&) = delete;

  /// Throws what opening threw.
  [[nodiscard]] bool done() const;
  /// After done().
  [[nodiscard]] input::Program& program() { return *program_; }
  [[nodiscard]] const input::Program& program() const { return *program_; }
  /// Opening, and reading later on, waits for no pipe any more.
  void stop() { stop_.request_stop(); }

 private:
  std::stop_source stop_;
  std::optional<input::Program> program_;
  std::exception_ptr failure_;
  std::atomic<bool> done_ = false;
  std::jthread thread_;
};

}  // namespace mpienc::app
