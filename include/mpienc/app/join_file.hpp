#pragma once

#include <filesystem>
#include <string>

#include "mpienc/net/door.hpp"

namespace mpienc::app {

/// What a process has to know to join a running job.
struct JoinInvitation {
  net::DoorAddress door;
  std::string token;   ///< known to who may read the file
  std::string server;  ///< of MPI's names: ompi-server's contact
  std::string simd;    ///< the job's --simd

  friend bool operator==(const JoinInvitation& a, const JoinInvitation& b) {
    return a.door.hosts == b.door.hosts && a.door.port == b.door.port && a.token == b.token &&
           a.server == b.server && a.simd == b.simd;
  }
};

/// OUTPUT.join, beside the output.
[[nodiscard]] std::filesystem::path join_file_of(const std::filesystem::path& output);

[[nodiscard]] std::string fresh_token();

/// The file of a running job, for its owner's eyes only; complete at once under its name, removed at the end.
class JoinFile {
 public:
  /// In the place of one that a killed job has left. Throws Error(output) where it cannot be written, or
  /// where another file has the name.
  JoinFile(std::filesystem::path file, const JoinInvitation& invitation);
  ~JoinFile() { remove(); }
  JoinFile(const JoinFile&) = delete;
  JoinFile& operator=(const JoinFile&) = delete;
  /// From any thread.
  void remove() const noexcept;
  [[nodiscard]] const std::filesystem::path& path() const { return file_; }

 private:
  std::filesystem::path file_;
  std::string server_;
};

/// Of the job with that JoinInvitation::server alone: a second start of its command leaves it in place.
void remove_join_file(const std::filesystem::path& file, const std::string& server) noexcept;

/// Throws Error(input) where the file is not there, or no such file.
[[nodiscard]] JoinInvitation read_join_file(const std::filesystem::path& file);

}  // namespace mpienc::app
