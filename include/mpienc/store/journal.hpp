#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "mpienc/core/bytes.hpp"

namespace mpienc::store {

class JournalLock;

/// What a journal's chunks were made from, as name and value: inputs, encoding options, versions.
/// Each name once; an empty value is as good as none.
using JournalIdentity = std::vector<std::pair<std::string, std::string>>;

/// The finished chunks of one job, on disk: a folder with job.h5 (the identity) and one HDF5 file per chunk,
/// each written under another name, renamed, and never changed after that. So a kill, a power cut or a full
/// disk at any instant leaves a journal that opens. One process uses it at a time; not thread-safe.
class Journal {
 public:
  /// Opens the journal in `folder`, or makes it (parents must exist). Error(input) where it was made from
  /// something else: the line names the first difference, both values and the way out (--restart, or another
  /// --journal); Error(output) where the folder cannot be written or another running process uses it.
  /// `restart`: what is there is forgotten. Half-written files of a killed job are swept away.
  Journal(std::filesystem::path folder, const JournalIdentity& identity, bool restart);
  ~Journal();
  Journal(const Journal&) = delete;
  Journal& operator=(const Journal&) = delete;

  /// Chunks that were there when it was opened.
  [[nodiscard]] int restored() const { return restored_; }
  /// Those, and what was stored since; from any thread.
  [[nodiscard]] int chunks() const { return restored_ + stored_; }
  /// Whether the run that used it before died, or left without ended().
  [[nodiscard]] bool died() const { return died_; }
  /// The run ends in order, be it with an error.
  void ended() noexcept;
  /// Outlives this process when it returns. `task_checksum`: CRC-32 of what the chunk was made from.
  /// Error(output) naming the folder where the disk takes no more; the journal stays as it was.
  void store(int chunk, std::uint32_t task_checksum, std::span<const std::byte> result);
  /// What was stored is on disk when it returns, so that it outlives a power cut. Error(output) naming the
  /// folder.
  void sync();
  /// Nothing where the chunk is not there, was made from something else or does not fit its own checksum.
  [[nodiscard]] std::optional<Bytes> load(int chunk, std::uint32_t task_checksum) const;
  /// Nobody needs it any more: takes the folder away, as far as the journal made it, and has that on disk.
  /// False where the disk leaves something of it there.
  bool remove() noexcept;
  /// The same for what a job that was complete has left in `folder`, if anything, whatever it was made from.
  /// Error(output) where another running process uses it.
  static bool remove_left(const std::filesystem::path& folder);

 private:
  explicit Journal(const std::filesystem::path& folder);
  void begin(const JournalIdentity& identity);

  std::filesystem::path folder_;
  std::unique_ptr<JournalLock> lock_;
  std::vector<std::string> unsynced_;
  int restored_ = 0;
  std::atomic<int> stored_ = 0;
  bool died_ = false;
};

/// Makes the folders between `root`, which must exist, and a journal's `folder` below it, and has them on
/// disk. Error(output).
void make_journal_parents(const std::filesystem::path& root, const std::filesystem::path& folder);

}  // namespace mpienc::store
