#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "mpienc/app/journal_place.hpp"
#include "mpienc/app/journal_thread.hpp"
#include "mpienc/plan/chunk_result.hpp"

namespace mpienc::app {

/// Rank 0's results until their turn to be written. Those with a place in a journal go to disk as well, and
/// beyond 64 MiB leave memory once they are there and are read back: a slow chunk at the head of the line
/// holds up nobody.
class ResultShelf {
 public:
  /// `wake` is called, from another thread, when take_stored() has work.
  explicit ResultShelf(std::function<void()> wake) : thread_(std::move(wake)) {}

  /// `chunk`: its number in the job's plan; that in the journal may be another.
  void expect(int chunk, JournalPlace place) { places_[chunk].journal = std::move(place); }
  /// The result that an earlier run left in the journal, now with the plan's number; it is kept.
  [[nodiscard]] std::shared_ptr<const ChunkResult> restore(int chunk);
  /// Until take().
  void keep(ChunkResult result);
  /// As keep(), but never in the journal.
  void keep_aside(ChunkResult result);
  /// Lets results go from memory that the journal has, where there are too many.
  void take_stored();
  /// Error(output) where the journal has lost it meanwhile.
  [[nodiscard]] std::shared_ptr<const ChunkResult> take(int chunk);

  /// Bytes that the journal's disk has yet to take.
  [[nodiscard]] std::int64_t backlog() const { return thread_.backlog(); }
  /// The journal is not needed any more.
  void abandon();
  /// Ends the writing to the journal; waits until all results are there, or at most so long. False where one
  /// is still being written.
  bool close(std::optional<std::chrono::milliseconds> limit);
  /// Results that were added to the journal; from any thread.
  [[nodiscard]] int stored() const { return thread_.count(); }
  /// Why the journal takes no more; told once.
  [[nodiscard]] std::optional<std::string> journal_failure() { return thread_.failure(); }

 private:
  struct Place {
    JournalPlace journal;
    std::shared_ptr<const ChunkResult> result;
    std::int64_t bytes = 0;
  };
  void put(Place& place, std::shared_ptr<const ChunkResult> result);
  [[nodiscard]] static std::shared_ptr<const ChunkResult> load(int chunk, const JournalPlace& place);

  JournalThread thread_;
  std::map<int, Place> places_;
  std::int64_t bytes_ = 0;
};

}  // namespace mpienc::app
