#pragma once

#include <atomic>
#include <cstdint>
#include <exception>
#include <functional>
#include <limits>
#include <stop_token>
#include <thread>

#include "mpienc/app/bounded_queue.hpp"

namespace mpienc::app {

/// Does what it is given, in that order, on a thread of its own, so that a slow disk delays no lane. After an
/// error what comes is dropped, `wake` is called and rethrow() throws it. Calls may come from any thread.
class WriteThread {
 public:
  /// The token: the thread is to end early.
  using Work = std::function<void(const std::stop_token&)>;

  explicit WriteThread(std::function<void()> wake);
  /// Drops what waits.
  ~WriteThread();
  WriteThread(const WriteThread&) = delete;
  WriteThread& operator=(const WriteThread&) = delete;

  /// `bytes` that it holds until it is done.
  void push(Work work, std::int64_t bytes = 0);
  [[nodiscard]] std::int64_t backlog() const { return backlog_; }
  void rethrow() const;
  /// Waits until all is done; throws as rethrow(). What comes later is dropped.
  void finish();

 private:
  struct Item {
    Work work;
    std::int64_t bytes = 0;
  };
  void run(const std::stop_token& stop);

  std::function<void()> wake_;
  BoundedQueue<Item> items_{std::numeric_limits<std::size_t>::max()};
  std::atomic<std::int64_t> backlog_ = 0;
  std::exception_ptr failure_;
  std::atomic<bool> failed_ = false;
  std::jthread thread_;
};

}  // namespace mpienc::app
