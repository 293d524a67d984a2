#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <future>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <thread>

#include "mpienc/app/bounded_queue.hpp"
#include "mpienc/app/journal_place.hpp"
#include "mpienc/plan/chunk_result.hpp"

namespace mpienc::app {

/// Stores results on a thread of its own, so that a slow disk delays no message and no lane. What has been
/// stored outlives this process at once, and the disk gets it now and then. After an error results pass
/// unwritten, and failure() says once why.
class JournalThread {
 public:
  /// As often as Linux brings to the disk what is in its cache.
  static constexpr std::chrono::seconds kSyncInterval{30};

  /// Nobody else writes to the journals meanwhile. `wake` is called after each result.
  explicit JournalThread(std::function<void()> wake, std::chrono::milliseconds sync_interval = kSyncInterval);
  /// Waits until all is stored.
  ~JournalThread();
  JournalThread(const JournalThread&) = delete;
  JournalThread& operator=(const JournalThread&) = delete;

  /// Waits until all is stored and on disk; nothing may be stored after that.
  void finish();
  /// The same, but what does not reach the disk within `limit` is given up. False where even then a write is
  /// under way.
  [[nodiscard]] bool finish_within(std::chrono::milliseconds limit);
  /// The journal is not needed any more.
  void abandon() {
    abandoned_ = true;
    waiting_.abandon();
  }
  /// Bytes of packets that wait to be stored.
  [[nodiscard]] std::int64_t backlog() const { return backlog_; }
  /// Holds the place's journal until that is done.
  void store(std::shared_ptr<const ChunkResult> result, JournalPlace place);
  /// The next result that is stored now, by its index.
  [[nodiscard]] std::optional<int> try_stored() { return stored_.try_pop(); }
  /// Chunks stored so far.
  [[nodiscard]] int count() const { return count_; }
  /// The reason why no more is written; told once.
  [[nodiscard]] std::optional<std::string> failure();

 private:
  struct Entry {
    std::shared_ptr<const ChunkResult> result;
    JournalPlace place;
  };
  using Clock = std::chrono::steady_clock;
  void run();
  void put(Entry entry);
  template <class Work>
  [[nodiscard]] bool succeeds(const Work& work);
  void sync();

  std::function<void()> wake_;
  std::chrono::milliseconds sync_interval_;
  BoundedQueue<Entry> waiting_;
  BoundedQueue<int> stored_;
  std::string reason_;
  std::atomic<bool> failed_ = false, abandoned_ = false;
  std::optional<Clock::time_point> sync_due_;
  std::set<std::weak_ptr<store::Journal>, std::owner_less<>> unsynced_;
  std::promise<void> end_;
  std::future<void> ended_ = end_.get_future();
  std::atomic<int> count_ = 0;
  std::atomic<std::int64_t> backlog_ = 0;
  bool told_ = false;
  std::jthread thread_;
};

}  // namespace mpienc::app
