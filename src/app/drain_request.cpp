#include "mpienc/app/drain_request.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <iterator>
#include <optional>
#include <string_view>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "mpienc/core/error.hpp"

namespace mpienc::app {
namespace {

namespace fs = std::filesystem;

constexpr mode_t readable = 0644;
constexpr auto interval = std::chrono::seconds(1);
/// A file system may not tell two changes of a folder within one tick of its clock apart.
constexpr int looks_after_change = 3;
constexpr std::size_t longest_name = 256;

/// "out/" is "out".
fs::path whole(const fs::path& output) {
  const auto path = fs::absolute(output).lexically_normal();
  return path.has_filename() ? path : path.parent_path();
}

std::string beginning(const fs::path& output) { return output.filename().string() + ".drain."; }

[[noreturn]] void cannot_ask(const fs::path& output, int code) {
  throw Error(ExitStatus::output,
              fmt::format("no request can be left beside '{}': {}", output.string(), std::strerror(code)));
}

bool is_request(const std::string& name, const std::string& beginning) {
  constexpr std::size_t unique = 6;
  return name.size() == beginning.size() + unique && name.starts_with(beginning);
}

/// Whoever may write into the folder may have put anything there: only the beginning of a usual file is read.
std::optional<std::string> line_of(const fs::path& path) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC);
  if (fd < 0) return std::nullopt;
  struct stat status {};
  std::array<char, longest_name + 2> text{};
  const bool usual = ::fstat(fd, &status) == 0 && S_ISREG(status.st_mode);
  const auto count = usual ? ::read(fd, text.data(), text.size()) : -1;
  ::close(fd);
  if (count < 0) return std::nullopt;
  const std::string_view all(text.data(), static_cast<std::size_t>(count));
  return std::string(all.substr(0, all.find('\n')));
}

}  // namespace

fs::path make_drain_request(const fs::path& given, std::string_view who) {
  const auto output = whole(given);
  auto half = (output.parent_path() / ("." + beginning(output) + "XXXXXX")).string();
  const int fd = ::mkstemp(half.data());
  if (fd < 0) cannot_ask(output, errno);
  const auto line = std::string(who) + '\n';
  auto written = ::write(fd, line.data(), line.size());
  // Rank 0 may run for another user of the folder.
  if (::fchmod(fd, readable) != 0) written = -1;
  const int code = written < 0 ? errno : ENOSPC;
  ::close(fd);
  const fs::path name = output.parent_path() / fs::path(half).filename().string().substr(1);
  std::error_code error;
  if (written == static_cast<ssize_t>(line.size())) fs::rename(half, name, error);
  if (written == static_cast<ssize_t>(line.size()) && !error) return name;
  ::unlink(half.c_str());
  cannot_ask(output, error ? error.value() : code);
}

void request_drain(const fs::path& output, std::string_view who) {
  static_cast<void>(make_drain_request(output, who));
}

DrainInbox::DrainInbox(const fs::path& output) {
  if (output.empty()) return;
  const auto path = whole(output);
  folder_ = path.parent_path();
  beginning_ = beginning(path);
  static_cast<void>(take_all());
  thread_ = std::jthread([this](const std::stop_token& stop) { watch(stop); });
}

DrainInbox::~DrainInbox() = default;

std::vector<std::string> DrainInbox::take() {
  const std::lock_guard lock(mutex_);
  return std::exchange(requests_, {});
}

void DrainInbox::watch(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    auto found = changed() ? take_all() : std::vector<std::string>{};
    std::unique_lock lock(mutex_);
    std::ranges::move(found, std::back_inserter(requests_));
    ended_.wait_for(lock, stop, interval, [] { return false; });
  }
}

bool DrainInbox::changed() {
  std::error_code error;
  const auto time = fs::last_write_time(folder_, error);
  if (error) return false;
  if (time != std::exchange(seen_, time)) looks_ = looks_after_change;
  return looks_-- > 0;
}

std::vector<std::string> DrainInbox::take_all() const {
  std::vector<fs::path> files;
  std::error_code error;
  for (fs::directory_iterator at(folder_, error), end; !error && at != end; at.increment(error)) {
    if (is_request(at->path().filename().string(), beginning_)) files.push_back(at->path());
  }
  std::ranges::sort(files);
  std::vector<std::string> requests;
  for (const auto& path : files) {
    auto line = line_of(path);
    if (!line || !fs::remove(path, error)) continue;
    if (!line->empty() && line->size() <= longest_name) requests.push_back(std::move(*line));
  }
  return requests;
}

}  // namespace mpienc::app
