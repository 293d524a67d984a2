#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mpienc/app/marker.hpp"
#include "mpienc/core/error.hpp"

namespace mpienc::app {

/// The command line of `mpienc launch` as values; see its --help.
struct LaunchOptions {
  int ranks = 0;
  std::filesystem::path hostfile;  ///< empty: none
  int retries = 2;
  std::string mpirun = "mpirun";
  std::vector<std::string> mpirun_arguments;  ///< handed to mpirun before the program's name
  bool grow = false;                          ///< ranks may join while the job runs
  std::filesystem::path
      join;  ///< the file of the job that the ranks are to join; empty: they are a job of their own
  std::vector<std::string> job;  ///< mpienc's own words: INPUT... OUTPUT [OPTIONS]
};

/// Whether the command line begins with the word launch. A file of that name is ./launch.
[[nodiscard]] bool asks_to_launch(int argc, const char* const* argv);

/// The job's words are not looked at. Throws Error(usage) with one line that names the option. Returns
/// nothing after it has printed --help.
[[nodiscard]] std::optional<LaunchOptions> parse_launch_options(int argc, const char* const* argv);

/// MPIs whose mpirun differs in its options.
enum class MpiKind { open_mpi_4, open_mpi_5, other };

/// By what `mpirun --version` prints; `other` where it says nothing that is known.
[[nodiscard]] MpiKind mpi_kind(std::string_view version_text);

/// What one attempt to run the job asks for beside the options.
struct AttemptPlan {
  std::string program;                   ///< mpienc's path
  std::vector<std::string> environment;  ///< names of variables that ranks on other hosts need as well
  bool quiet = true;                     ///< without mpirun's own messages
  bool again = false;  ///< a restart: goes on with what is there, whatever the job's words say
  std::filesystem::path name_server{};  ///< ompi-server's contact file; empty: none
};

/// The words of mpirun's command line, the program's name first.
[[nodiscard]] std::vector<std::string> mpirun_command(const LaunchOptions& options, MpiKind kind,
                                                      const AttemptPlan& attempt);

/// What is to be done after an attempt: end with the status, or start again while restarts are left.
struct Verdict {
  ExitStatus status = ExitStatus::cluster;
  bool restart = false;

  friend bool operator==(const Verdict&, const Verdict&) = default;
};

/// By rank 0's marker and whether launch itself was asked to stop, never by mpirun's status. An interruption
/// that launch was not asked for came from mpirun, which ends its ranks so: the job died.
[[nodiscard]] Verdict judge(const Marker& marker, bool stopped);

/// Runs `mpienc launch ...` to its end, restarts included, and returns the job's status; rank 0 has told why
/// where it is not 0. Throws Error where nobody else could. Never initialises MPI.
[[nodiscard]] ExitStatus run_launch(int argc, const char* const* argv);

}  // namespace mpienc::app
