#include "mpienc/app/growth.hpp"

#include <algorithm>
#include <cstdlib>
#include <utility>

#include "mpienc/core/error.hpp"

namespace mpienc::app {

std::optional<std::string> name_server() {
  const char* contact = std::getenv(name_server_variable);
  return contact == nullptr || *contact == '\0' ? std::nullopt : std::optional<std::string>(contact);
}

Leave own_ranks_leave() {
  const bool recovery = std::getenv(recovery_variable) != nullptr;
  return {recovery, recovery && name_server()};
}

std::unique_ptr<JoinFile> invite(const Options& options, const Team& team, net::Transport& transport,
                                 std::function<void()> wake, Logger& logger) {
  const auto server = name_server();
  if (!server) return nullptr;
  const auto elsewhere = [&](const Hello& rank) { return rank.host != team.hellos.front().host; };
  if (std::ranges::any_of(team.hellos, elsewhere)) {
    logger.warn(
        "no rank can join: with Open MPI 4 the job itself must be on one host; start it there and the other "
        "ranks by mpienc worker --join");
    return nullptr;
  }
  JoinInvitation invitation{{}, fresh_token(), *server, options.simd};
  try {
    const auto door = transport.open_door(invitation.token, std::move(wake));
    if (!door) {
      logger.warn("no rank can join: this MPI has no MPI_THREAD_MULTIPLE");
      return nullptr;
    }
    invitation.door = *door;
    auto file = std::make_unique<JoinFile>(join_file_of(options.output), invitation);
    logger.info("more ranks may join: mpienc worker --join {}", file->path().string());
    return file;
  } catch (const Error& error) {
    logger.warn("no rank can join: {}", error.what());
    transport.close_door();
    return nullptr;
  }
}

}  // namespace mpienc::app
