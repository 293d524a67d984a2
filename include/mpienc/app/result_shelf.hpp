#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>

#include "mpienc/app/journal_thread.hpp"
#include "mpienc/plan/encoded_chunk.hpp"
#include "mpienc/store/journal.hpp"

namespace mpienc::app {

/// A result and who encoded it.
struct Brought {
  EncodedChunk result;
  int rank = 0;
};

/// Rank 0's results, from their arrival until their turn to be written. With a journal each is on disk before it
/// counts, and those beyond 64 MiB leave memory and are read back: a slow chunk at the head holds up nobody.
class ResultShelf {
 public:
  /// `journal` may be null; it outlives the shelf. `wake` is called, from another thread, when try_counting() has more.
  ResultShelf(store::Journal* journal, std::function<void()> wake);

  /// `task_checksum`: of what the chunk is made from.
  void expect(int chunk, std::uint32_t task_checksum) { places_[chunk].task_checksum = task_checksum; }
  /// The result that an earlier run left in the journal.
  [[nodiscard]] std::optional<EncodedChunk> restore(int chunk);
  /// A result came; another of its chunk is dropped.
  void bring(EncodedChunk result, int rank);
  /// The next result that may count now.
  [[nodiscard]] std::optional<Brought> try_counting();
  /// It does not count after all: the chunk's next result is awaited.
  void refuse(int chunk);
  /// Until take().
  void keep(EncodedChunk result);
  /// Error(output) where the journal has lost it meanwhile.
  [[nodiscard]] EncodedChunk take(int chunk);

  /// Why the journal takes no more; told once.
  [[nodiscard]] std::optional<std::string> journal_failure();

 private:
  struct Place {
    std::uint32_t task_checksum = 0;
    bool brought = false;
    std::optional<EncodedChunk> result;
    std::int64_t bytes = 0;
  };

  store::Journal* journal_;
  std::optional<JournalThread> thread_;
  std::map<int, Place> places_;
  std::deque<Brought> counting_;  ///< without a journal
  std::int64_t bytes_ = 0;
};

}  // namespace mpienc::app
