#pragma once

#include <atomic>
#include <exception>
#include <memory>
#include <thread>

#include "mpienc/app/bounded_queue.hpp"
#include "mpienc/av/pcm_md5.hpp"
#include "mpienc/encode/task.hpp"

namespace mpienc::app {

/// The MD5 of a recording's samples, on a thread of its own beside the encoding.
class Md5Thread {
 public:
  explicit Md5Thread(const PcmFormat& format);
  ~Md5Thread() { stop(); }
  Md5Thread(const Md5Thread&) = delete;
  Md5Thread& operator=(const Md5Thread&) = delete;

  /// The next samples; waits while a few chunks wait already.
  void add(std::shared_ptr<const encode::Task> task) { queue_.push(std::move(task)); }
  /// No more come.
  void finish() { queue_.close(); }
  /// What waits is dropped.
  void stop() { queue_.abandon(); }
  /// After finish(): waits until all samples are in. Throws what went wrong.
  [[nodiscard]] av::Md5Digest digest();

 private:
  void run();

  av::PcmMd5 md5_;
  BoundedQueue<std::shared_ptr<const encode::Task>> queue_{4};
  std::exception_ptr failure_;
  std::jthread thread_;
};

}  // namespace mpienc::app
