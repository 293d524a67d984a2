#pragma once

#include <span>
#include <string>
#include <vector>

#include "mpienc/app/stop_signal.hpp"
#include "mpienc/app/team.hpp"
#include "mpienc/core/file_fingerprint.hpp"
#include "mpienc/net/transport.hpp"
#include "mpienc/net/wakeup.hpp"

namespace mpienc::app {

/// What a rank must see of a batch's files for their paths to serve in place of their bytes. Paths are
/// absolute.
struct TreeSample {
  struct File {
    std::string path;
    FileFingerprint fingerprint;
  };
  std::vector<File> files;
  std::string folder;  ///< of the outputs: can be written; empty: rank 0 writes them
  std::string token;   ///< the name of a file in it

  [[nodiscard]] Bytes serialise() const;
  /// Throws Error(cluster) on what is too short.
  [[nodiscard]] static TreeSample parse(std::span<const std::byte> bytes);
};

/// Why this process cannot take paths for files, in a few words; empty: it can.
[[nodiscard]] std::string look_at(const TreeSample& sample);

/// Asks all other ranks. Nothing where all can; else why the first that answered otherwise cannot.
/// Error(cluster) where one dies, Error(interrupted) as the signal says.
[[nodiscard]] std::string ask_ranks(net::Transport& transport, net::Wakeup& wakeup, const StopSignal& signal,
                                    const Team& team, const TreeSample& sample);

}  // namespace mpienc::app
