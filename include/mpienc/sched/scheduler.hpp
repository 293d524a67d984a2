#pragma once

#include <map>
#include <set>
#include <variant>
#include <vector>

namespace mpienc::sched {

/// window: chunks planned but not yet released; credits: chunks a rank may hold beyond its lanes.
struct Limits {
  int window = 8;
  int credits = 1;
};

struct Assign {
  int chunk;
  int rank;
};
/// The chunk is the next in plan order and its result is there: it goes to the output.
struct Release {
  int chunk;
};
struct Finished {};
using Command = std::variant<Assign, Release, Finished>;

/// Decides who encodes which chunk and when results leave. Pure: no clock, no thread, no I/O; events
/// go in by its methods and commands come out of take_commands() in the order to carry them out.
class Scheduler {
 public:
  explicit Scheduler(Limits limits);

  void rank_joined(int rank, int lanes);
  /// Its unfinished chunks go back to the front of the queue, oldest first.
  void rank_lost(int rank);
  /// Chunks are planned in order 0, 1, 2, ...; throws Error(internal) outside the window.
  void chunk_planned(int chunk);
  void plan_complete();
  /// A late or second result of a chunk is ignored. Returns whether this result counts.
  bool chunk_finished(int chunk, int rank);

  /// Whether the window has room for another planned chunk.
  [[nodiscard]] bool wants_chunk() const;
  [[nodiscard]] bool finished() const;
  [[nodiscard]] int lanes() const;
  [[nodiscard]] std::vector<Command> take_commands();
};

}  // namespace mpienc::sched
