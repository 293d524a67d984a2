#pragma once

#include <filesystem>
#include <string>

#include "launch_process.hpp"

namespace mpienc::app {

/// Open MPI's ompi-server, by which processes that join find the ports of a job.
class NameServer {
 public:
  /// The one beside mpirun where that is a path, else by PATH; its contact file is made in `folder`. Throws
  /// Error(cluster) where it cannot be started or gives no contact within 10 s.
  NameServer(const std::string& mpirun, const std::filesystem::path& folder,
             const EnvironmentVariables& environment);
  /// Ends it, so that it tidies up.
  ~NameServer();
  NameServer(const NameServer&) = delete;
  NameServer& operator=(const NameServer&) = delete;

  [[nodiscard]] const std::filesystem::path& file() const { return file_; }
  [[nodiscard]] const std::string& contact() const { return contact_; }

 private:
  std::filesystem::path file_;
  std::string contact_;
  LaunchedProcess process_;
};

}  // namespace mpienc::app
