#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "mpienc/app/join_file.hpp"
#include "mpienc/app/leavers.hpp"
#include "mpienc/app/options.hpp"
#include "mpienc/app/team.hpp"
#include "mpienc/core/log.hpp"
#include "mpienc/net/transport.hpp"

namespace mpienc::app {

/// What mpienc launch tells the ranks that it starts, by their environment.
inline constexpr const char* name_server_variable =
    "MPIENC_NAME_SERVER";  ///< ompi-server's contact: ranks may join
inline constexpr const char* recovery_variable =
    "MPIENC_RECOVERY";  ///< set: mpirun lets ranks end before others

/// Nothing where nobody may join.
[[nodiscard]] std::optional<std::string> name_server();
[[nodiscard]] Leave own_ranks_leave();

/// Opens the job to guests, if it allows them: the door, and the file beside the output that tells where it
/// is. Null where nobody may join or it cannot be done, which is warned of: Open MPI 4.1 publishes a job of
/// several hosts without the addresses of its daemons, and the daemon of who connects to it crashes. `wake`:
/// from another thread, where one has come in.
[[nodiscard]] std::unique_ptr<JoinFile> invite(const Options& options, const Team& team,
                                               net::Transport& transport, std::function<void()> wake,
                                               Logger& logger);

}  // namespace mpienc::app
