#include "mpienc/app/marker_keeper.hpp"

#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <string>

#include <fmt/format.h>

#include "mpienc/app/marker.hpp"
#include "mpienc/core/error.hpp"

namespace mpienc::app {
namespace {

constexpr auto interval = std::chrono::seconds(2);
constexpr const char* given_up =
    "mpienc launch has given this attempt up and goes on elsewhere: this one writes no output";

}  // namespace

std::filesystem::path beat_file(const std::filesystem::path& marker) { return marker.string() + ".alive"; }

bool marker_stands() {
  const char* file = std::getenv(marker_variable);
  // Other errors come from a file system that is out of reach, and pass.
  return file == nullptr || ::access(file, F_OK) == 0 || (errno != ENOENT && errno != ESTALE);
}

void require_marker() {
  if (!marker_stands()) throw Error(ExitStatus::cluster, given_up);
}

MarkerKeeper::MarkerKeeper() {
  if (judged_by_marker()) thread_ = std::thread([this] { keep(); });
}

MarkerKeeper::~MarkerKeeper() {
  {
    const std::lock_guard lock(mutex_);
    ended_ = true;
  }
  condition_.notify_one();
  if (thread_.joinable()) thread_.join();
}

void MarkerKeeper::keep() {
  const auto file = beat_file(std::getenv(marker_variable));
  std::unique_lock lock(mutex_);
  for (int beats = 0; !ended_; condition_.wait_for(lock, interval, [this] { return ended_; })) {
    lock.unlock();
    if (!marker_stands()) {
      const std::string line = fmt::format("mpienc: error: {}\n", given_up);
      [[maybe_unused]] const auto written = ::write(STDERR_FILENO, line.data(), line.size());
      ::_exit(static_cast<int>(ExitStatus::cluster));
    }
    std::ofstream(file) << ++beats << '\n';
    lock.lock();
  }
}

}  // namespace mpienc::app
