#include "mpienc/app/write_thread.hpp"

#include <utility>

namespace mpienc::app {

WriteThread::WriteThread(std::function<void()> wake) : wake_(std::move(wake)) {
  thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

WriteThread::~WriteThread() {
  thread_.request_stop();
  items_.abandon();
}

void WriteThread::push(Work work, std::int64_t bytes) {
  backlog_ += bytes;
  items_.push({std::move(work), bytes});
}

void WriteThread::run(const std::stop_token& stop) {
  try {
    while (const auto item = items_.pop()) {
      item->work(stop);
      backlog_ -= item->bytes;
    }
  } catch (...) {
    failure_ = std::current_exception();
    failed_ = true;
    backlog_ = 0;
    items_.abandon();
    wake_();
  }
}

void WriteThread::rethrow() const {
  if (failed_) std::rethrow_exception(failure_);
}

void WriteThread::finish() {
  items_.close();
  if (thread_.joinable()) thread_.join();
  rethrow();
}

}  // namespace mpienc::app
