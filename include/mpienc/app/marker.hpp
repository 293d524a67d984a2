#pragma once

#include <filesystem>
#include <optional>

#include "mpienc/core/error.hpp"

namespace mpienc::app {

/// The completion marker: a file named by the environment variable MPIENC_MARKER, in which rank 0 tells
/// whoever started the job how it ended. mpirun's exit status does not tell.
inline constexpr const char* marker_variable = "MPIENC_MARKER";
/// How many ranks were asked for.
inline constexpr const char* ranks_variable = "MPIENC_RANKS";

/// What the marker's file says; neither where there is none.
struct Marker {
  bool begun = false;  ///< rank 0 has started
  std::optional<ExitStatus> status;

  friend bool operator==(const Marker&, const Marker&) = default;
};

/// Whether the variable is set. Then ranks that leave in order do so with status 0, whatever happened: mpirun
/// has messages of its own for other statuses, and nobody asks for its.
[[nodiscard]] bool judged_by_marker();
[[nodiscard]] int process_status(ExitStatus status);

/// 1 for a job that is started for the first time; more where mpienc launch has started it again, by the
/// marker's name.
[[nodiscard]] int attempt_number();

/// Says that the job has begun, with so many ranks. Does nothing without the variable. Throws Error(cluster)
/// where the file cannot be written on this host, before hours of work end unseen; Error(usage) where another
/// number of ranks was asked for: an mpirun of another MPI starts copies that do not see each other.
void begin_marker(int ranks);

/// The job has ended so: one line with the status and a word, complete at once under its name. Does nothing
/// without the variable; where the file cannot be written the job counts as died.
void write_marker(ExitStatus status) noexcept;

/// A damaged file counts as begun.
[[nodiscard]] Marker read_marker(const std::filesystem::path& file);

}  // namespace mpienc::app
