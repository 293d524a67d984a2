#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <string>
#include <thread>

namespace mpienc::net {

/// Counts how many looks in a row have found the very same call under way. Looks are counted and not time:
/// in a process that was stopped and continued no look was missed.
class StuckCall {
 public:
  explicit StuckCall(int looks) : looks_(looks) {}
  /// `calls`: how often a call was entered or left so far, so odd while one is under way.
  [[nodiscard]] bool look(std::uint64_t calls) {
    same_ = calls % 2 == 1 && calls == last_ ? same_ + 1 : 0;
    last_ = calls;
    return same_ >= looks_;
  }

 private:
  int looks_;
  int same_ = 0;
  std::uint64_t last_ = 0;
};

/// A thread that ends the process by _exit(cluster), with a line, when a call does not return for about
/// `looks` times `interval`.
class Watchdog {
 public:
  explicit Watchdog(std::string line, int looks = 10,
                    std::chrono::milliseconds interval = std::chrono::seconds(1));
  ~Watchdog();
  Watchdog(const Watchdog&) = delete;
  Watchdog& operator=(const Watchdog&) = delete;

  /// Lives while a call is under way; one at a time, in one thread.
  class Call {
   public:
    explicit Call(Watchdog& dog) : calls_(dog.calls_) { calls_.fetch_add(1, std::memory_order_relaxed); }
    ~Call() { calls_.fetch_add(1, std::memory_order_relaxed); }
    Call(const Call&) = delete;
    Call& operator=(const Call&) = delete;

   private:
    std::atomic<std::uint64_t>& calls_;
  };

 private:
  void watch(int looks, std::chrono::milliseconds interval);

  std::string line_;
  std::atomic<std::uint64_t> calls_ = 0;
  std::mutex mutex_;
  std::condition_variable condition_;
  bool ended_ = false;
  std::thread thread_;
};

}  // namespace mpienc::net
