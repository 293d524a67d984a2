#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <utility>

#include "mpienc/app/lane_pool.hpp"
#include "mpienc/net/transport.hpp"

namespace mpienc::app {

/// Rank 0's hand on the chunks: keeps the payload of every unfinished one and brings it where the scheduler
/// says, to the own lanes or to another rank.
class Dispatch {
 public:
  /// Both outlive it; `lanes` may be null where there is nothing to encode. `isolate`: every chunk.
  Dispatch(net::Transport& transport, LanePool* lanes, bool isolate = false)
      : transport_(transport), lanes_(lanes), isolate_(isolate) {}

  void add(int chunk, std::shared_ptr<const encode::Task> task) { payloads_.emplace(chunk, std::move(task)); }
  void assign(int chunk, int rank);
  /// From its next assign() on the chunk is encoded in a process of its own.
  void isolate(int chunk) { isolated_.insert(chunk); }
  [[nodiscard]] bool isolates(int chunk) const { return isolate_ || isolated_.contains(chunk); }
  /// Asks the victim to pass the chunk on. Where rank 0 is the victim the answer is there at once: whether
  /// it moved.
  [[nodiscard]] std::optional<bool> steal(int chunk, int victim, int thief);
  /// The victim's answer came: returns the thief; nothing where no such steal was asked.
  [[nodiscard]] std::optional<int> steal_answered(int chunk, int victim, bool moved);
  void cancel(int chunk, int rank);
  /// Whether the chunk's result is still awaited.
  [[nodiscard]] bool awaits(int chunk) const { return payloads_.contains(chunk); }
  /// Of a chunk whose result is awaited.
  [[nodiscard]] std::shared_ptr<const encode::Task> task(int chunk) const;
  /// The chunk's result is there.
  void drop(int chunk);

 private:
  /// Whether the payload goes from rank to rank. Else the victim only lets go, and rank 0 sends it.
  [[nodiscard]] bool passes_itself(int victim, int thief) const;

  net::Transport& transport_;
  LanePool* lanes_;
  bool isolate_;
  std::set<int> isolated_;
  std::map<int, TaskPayload> payloads_;
  std::map<std::pair<int, int>, int> steals_;  ///< {chunk, victim} to thief
};

}  // namespace mpienc::app
