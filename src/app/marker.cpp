#include "mpienc/app/marker.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <string>
#include <string_view>

#include <fmt/format.h>

namespace mpienc::app {
namespace {

constexpr const char* begun_line = "begun\n";

const char* word_of(ExitStatus status) {
  if (status == ExitStatus::success) return "done";
  return status == ExitStatus::interrupted ? "interrupted" : "failed";
}

/// False with errno set where the line could not be brought to the disk under the file's name.
bool replace(const std::string& file, const std::string& line) {
  const std::string half = file + ".half";
  const int fd = ::open(half.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (fd < 0) return false;
  const auto written = ::write(fd, line.data(), line.size());
  if (written >= 0 && written < static_cast<ssize_t>(line.size())) errno = ENOSPC;
  const bool whole = written == static_cast<ssize_t>(line.size()) && ::fsync(fd) == 0;
  const int code = errno;
  if (::close(fd) == 0 && whole && std::rename(half.c_str(), file.c_str()) == 0) return true;
  if (!whole) errno = code;
  return false;
}

std::optional<ExitStatus> status_of(const std::string& line) {
  for (const ExitStatus status :
       {ExitStatus::success, ExitStatus::internal, ExitStatus::usage, ExitStatus::input, ExitStatus::output,
        ExitStatus::codec, ExitStatus::cluster, ExitStatus::interrupted}) {
    if (line == fmt::format("{} {}", static_cast<int>(status), word_of(status))) return status;
  }
  return std::nullopt;
}

}  // namespace

bool judged_by_marker() { return std::getenv(marker_variable) != nullptr; }

int process_status(ExitStatus status) { return judged_by_marker() ? 0 : static_cast<int>(status); }

int attempt_number() {
  constexpr std::string_view beginning = "attempt-";
  const char* file = std::getenv(marker_variable);
  const auto name = file == nullptr ? std::string() : std::filesystem::path(file).filename().string();
  int restarts = 0;
  if (name.starts_with(beginning)) {
    std::from_chars(name.data() + beginning.size(), name.data() + name.size(), restarts);
  }
  return restarts + 1;
}

void begin_marker(int ranks) {
  const char* file = std::getenv(marker_variable);
  if (file == nullptr) return;
  const char* wanted = std::getenv(ranks_variable);
  if (wanted != nullptr && wanted != std::to_string(ranks)) {
    write_marker(ExitStatus::usage);
    throw Error(
        ExitStatus::usage,
        fmt::format(
            "mpirun was to start {} ranks, but this one sees {}: it belongs to another MPI than mpienc; "
            "name the right one by --mpirun",
            wanted, ranks));
  }
  if (replace(file, begun_line)) return;
  throw Error(
      ExitStatus::cluster,
      fmt::format("'{}' cannot be written by rank 0: {}; mpienc launch judges the job by this file, so the "
                  "output's folder must be the same on its host and on rank 0's",
                  file, std::strerror(errno)));
}

void write_marker(ExitStatus status) noexcept try {
  const char* file = std::getenv(marker_variable);
  if (file != nullptr) replace(file, fmt::format("{} {}\n", static_cast<int>(status), word_of(status)));
} catch (const std::exception&) {
  // Out of memory: without a marker the job counts as died, which is what it did.
}

Marker read_marker(const std::filesystem::path& file) {
  std::ifstream in(file);
  std::string line;
  if (!in || !std::getline(in, line)) return {static_cast<bool>(in), std::nullopt};
  return {true, status_of(line)};
}

}  // namespace mpienc::app
