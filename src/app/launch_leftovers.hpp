#pragma once

#include <sys/types.h>

#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace mpienc::app {

/// What one attempt to run a job leaves on this host when it dies: processes, known by a variable of their
/// environment or as orphans that this process adopts (a process amid execve() shows no environment, so the
/// variable alone misses some), and the files that they had mapped.
class Leftovers {
 public:
  /// `mark`: "NAME=value", in the environment of every process of the job and of no other.
  /// Makes this process the one that adopts orphans of its children.
  explicit Leftovers(std::string mark);

  /// The job's processes that run now. Notes them and their shared memory, so call it while the job runs.
  std::vector<pid_t> look();
  void kill_all();
  /// Call it once mpirun has been waited for. Returns when no process is left: waits for them to leave by
  /// themselves (not if `at_once`), then asks, then kills.
  void end_processes(bool at_once);
  /// Call the next two once no process is left. Removes what nobody else can be using: MPI's shared memory
  /// segments and session folders that only the job's processes had mapped.
  void remove_shared_files() const;
  /// Removes what dead ranks had half written of `output`.
  void remove_halves(const std::filesystem::path& output) const;

 private:
  void note_files(pid_t pid);

  std::string mark_;
  std::set<pid_t> seen_;
  std::map<std::filesystem::path, ino_t> segments_;
  std::set<std::filesystem::path> session_folders_;
};

}  // namespace mpienc::app
