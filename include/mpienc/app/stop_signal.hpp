#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <list>
#include <mutex>
#include <thread>

namespace mpienc::app {

/// Turns INT, TERM, HUP, USR1 and USR2 (schedulers' early warnings) into a flag and a call of `wake`. A
/// process that has not ended by itself `patience` after the first of them, being stuck in a codec, a read or
/// MPI, ends by _exit(interrupted) after its last acts; at a second INT it does so at once. Make it before
/// any other thread, so that all threads inherit the blocked signals.
class StopSignal {
 public:
  static constexpr std::chrono::milliseconds kPatience{900};

  /// Of this process. Open MPI's daemons send CONT a second before TERM: from them it counts as well.
  enum class Parent { any, mpi };

  explicit StopSignal(std::function<void()> wake, Parent parent = Parent::any,
                      std::chrono::milliseconds patience = kPatience);
  ~StopSignal();
  StopSignal(const StopSignal&) = delete;
  StopSignal& operator=(const StopSignal&) = delete;

  [[nodiscard]] bool received() const { return received_; }
  /// Whether what was received was USR1 or USR2: a scheduler or a user wants the end, as Open MPI, which ends
  /// the ranks that have outlived another, sends neither.
  [[nodiscard]] bool wished() const { return wished_; }
  /// Asked right before the output gets its name: false where a signal came before. After true none counts
  /// any more: the job is done, and a second INT ends the process with success.
  [[nodiscard]] bool finish();

  /// What is still to be done when the process has to end in the midst of something, from another thread; the
  /// newest first, 0.1 s for all. Forgotten at its end, which waits for an act that is under way.
  class LastAct {
   public:
    LastAct(StopSignal& signal, std::function<void()> act);
    ~LastAct();
    LastAct(const LastAct&) = delete;
    LastAct& operator=(const LastAct&) = delete;

   private:
    StopSignal& signal_;
    std::list<std::function<void()>>::iterator place_;
  };

 private:
  void watch(const std::stop_token& stop);
  void receive(int number);
  void end(bool insisted);

  std::function<void()> wake_;
  Parent parent_;
  std::chrono::milliseconds patience_;
  std::atomic<bool> received_ = false, wished_ = false;
  std::mutex mutex_;
  bool finished_ = false;
  std::list<std::function<void()>> acts_;
  std::jthread thread_;
};

}  // namespace mpienc::app
