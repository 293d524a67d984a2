#include "mpienc/app/md5_thread.hpp"

namespace mpienc::app {

Md5Thread::Md5Thread(const PcmFormat& format) : md5_(format) {
  thread_ = std::jthread([this] { run(); });
}

void Md5Thread::run() {
  try {
    while (const auto task = queue_.pop()) md5_.add(encode::pcm_of(**task));
  } catch (...) {
    failure_ = std::current_exception();
    queue_.abandon();
  }
}

av::Md5Digest Md5Thread::digest() {
  if (thread_.joinable()) thread_.join();
  if (failure_) std::rethrow_exception(failure_);
  return md5_.digest();
}

}  // namespace mpienc::app
