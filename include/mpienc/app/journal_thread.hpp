#pragma once

#include <atomic>
#include <cstdint>
#include <exception>
#include <functional>
#include <optional>
#include <thread>

#include "mpienc/app/bounded_queue.hpp"
#include "mpienc/plan/encoded_chunk.hpp"
#include "mpienc/store/journal.hpp"

namespace mpienc::app {

/// A chunk's result on its way through the journal.
struct JournalEntry {
  EncodedChunk result;
  int rank = 0;                     ///< that encoded it
  std::uint32_t task_checksum = 0;
};

/// Brings results to disk on a thread of its own, so that a slow disk delays no message. `wake` is called
/// after each. After an error results pass unwritten, and failure() says once why.
class JournalThread {
 public:
  /// `journal` outlives it; nobody else writes to it meanwhile.
  JournalThread(store::Journal& journal, std::function<void()> wake);
  ~JournalThread();
  JournalThread(const JournalThread&) = delete;
  JournalThread& operator=(const JournalThread&) = delete;

  void store(JournalEntry entry) { waiting_.push(std::move(entry)); }
  /// The next result that is on disk, in the order of store().
  [[nodiscard]] std::optional<JournalEntry> try_stored() { return stored_.try_pop(); }
  /// Whether the entries that try_stored() gives from now on are on disk.
  [[nodiscard]] bool healthy() const { return !failed_; }
  /// The reason why no more is written; told once.
  [[nodiscard]] std::optional<std::string> failure();

 private:
  void run();
  void write(const JournalEntry& entry);

  store::Journal& journal_;
  std::function<void()> wake_;
  BoundedQueue<JournalEntry> waiting_, stored_;
  std::string reason_;
  std::atomic<bool> failed_ = false;
  bool told_ = false;
  std::jthread thread_;
};

}  // namespace mpienc::app
