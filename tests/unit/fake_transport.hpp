#pragma once

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <set>
#include <stdexcept>
#include <vector>

#include "mpienc/net/transport.hpp"

namespace mpienc::test {

struct Sent {
  int to;
  net::Message message;
};

/// One rank's transport, the other ranks being the test: any thread may deliver and watch.
class FakeTransport final : public net::Transport {
 public:
  FakeTransport(int rank, int size) : rank_(rank), size_(size), direct_(size) {}

  [[nodiscard]] int rank() const override { return rank_; }
  [[nodiscard]] int size() const override { return size_; }
  /// One more rank, which talks to rank 0 only.
  void join() { ++joining_; }
  [[nodiscard]] std::vector<int> take_joined() override {
    std::vector<int> ranks;
    for (; joining_ > 0; --joining_) ranks.push_back(size_++);
    return ranks;
  }
  [[nodiscard]] bool direct(int rank) const override { return rank < direct_; }
  void send(int to, net::Message message) override {
    const std::lock_guard lock(mutex_);
    sent_.push_back({to, std::move(message)});
    changed_.notify_all();
  }
  [[nodiscard]] std::optional<net::Incoming> receive() override {
    const std::lock_guard lock(mutex_);
    if (incoming_.empty()) {
      if (emptied_ < delivered_) emptied_ = delivered_;
      changed_.notify_all();
      return std::nullopt;
    }
    auto message = std::move(incoming_.front());
    incoming_.pop_front();
    return message;
  }
  [[nodiscard]] bool transferring() const override { return false; }
  [[nodiscard]] bool flushed() const override {
    const std::lock_guard lock(mutex_);
    return flushed_;
  }
  [[nodiscard]] std::int64_t bytes_sent() const override { return 0; }

  void forget(int rank) override {
    const std::lock_guard lock(mutex_);
    forgotten_.insert(rank);
  }
  [[nodiscard]] std::set<int> forgotten() {
    const std::lock_guard lock(mutex_);
    return forgotten_;
  }

  void deliver(int from, net::Message message) {
    const std::lock_guard lock(mutex_);
    incoming_.push_back({from, std::move(message)});
    ++delivered_;
  }
  /// Until the rank has handled all that was delivered and asked for more.
  void wait_until_handled() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return emptied_ == delivered_; });
  }
  /// The first message of that operation, once it has been sent.
  Sent wait_for(net::Operation operation, int chunk) {
    std::unique_lock lock(mutex_);
    for (;;) {
      const auto found = find(operation, chunk);
      if (found != sent_.end()) return *found;
      if (changed_.wait_for(lock, std::chrono::seconds(60)) == std::cv_status::timeout) {
        throw std::runtime_error("nothing was sent for a minute");
      }
    }
  }
  [[nodiscard]] bool has_sent(net::Operation operation, int chunk) {
    const std::lock_guard lock(mutex_);
    return find(operation, chunk) != sent_.end();
  }
  [[nodiscard]] std::vector<Sent> sent() {
    const std::lock_guard lock(mutex_);
    return sent_;
  }
  void set_dead(int rank) {
    const std::lock_guard lock(mutex_);
    dead_.insert(rank);
  }
  [[nodiscard]] bool dead(int rank) const override {
    const std::lock_guard lock(mutex_);
    return dead_.contains(rank);
  }
  void set_flushed(bool flushed) {
    const std::lock_guard lock(mutex_);
    flushed_ = flushed;
  }

 private:
  std::vector<Sent>::iterator find(net::Operation operation, int chunk) {
    return std::find_if(sent_.begin(), sent_.end(), [&](const Sent& sent) {
      return sent.message.operation == operation && sent.message.chunk == chunk;
    });
  }

  int rank_, size_, direct_, joining_ = 0;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<net::Incoming> incoming_;
  std::vector<Sent> sent_;
  std::set<int> forgotten_, dead_;
  int delivered_ = 0, emptied_ = 0;
  bool flushed_ = true;
};

}  // namespace mpienc::test
