#include "launch_name_server.hpp"

#include <chrono>
#include <csignal>
#include <fstream>
#include <thread>

#include <fmt/format.h>

#include "mpienc/core/error.hpp"

namespace mpienc::app {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr auto patience = 10s;
constexpr auto patience_at_end = 1s;

std::string program_beside(const std::string& mpirun) {
  const std::filesystem::path path(mpirun);
  return path.has_parent_path() ? (path.parent_path() / "ompi-server").string() : "ompi-server";
}

LaunchedProcess start(const std::string& mpirun, const std::filesystem::path& file,
                      const EnvironmentVariables& environment) {
  std::error_code ignored;
  std::filesystem::remove(file, ignored);
  return {{program_beside(mpirun), "--no-daemonize", "--report-uri", file.string()},
          environment,
          LaunchedProcess::Output::none};
}

}  // namespace

NameServer::NameServer(const std::string& mpirun, const std::filesystem::path& folder,
                       const EnvironmentVariables& environment)
    : file_(folder / "name-server"), process_(start(mpirun, file_, environment)) {
  const auto deadline = Clock::now() + patience;
  while (!process_.ending() && Clock::now() < deadline) {
    std::ifstream file(file_);
    // The line is whole once its end is there.
    if (std::getline(file, contact_) && !file.eof()) return;
    std::this_thread::sleep_for(20ms);
  }
  throw Error(
      ExitStatus::cluster,
      fmt::format("--grow: '{}' gives no contact{}; see whether it runs by itself, or leave --grow out",
                  program_beside(mpirun), process_.ending() ? " (" + *process_.ending() + ")" : ""));
}

NameServer::~NameServer() {
  process_.signal(SIGTERM);
  const auto deadline = Clock::now() + patience_at_end;
  while (!process_.ending() && Clock::now() < deadline) std::this_thread::sleep_for(10ms);
}

}  // namespace mpienc::app
