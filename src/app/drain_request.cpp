#include "mpienc/app/drain_request.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

#include <fmt/format.h>

#include "mpienc/core/error.hpp"

namespace mpienc::app {

namespace {

constexpr std::size_t random_letters = 6;
constexpr mode_t readable = 0644;

/// Without a separator behind it.
std::filesystem::path plain(const std::filesystem::path& output) {
  return output.has_filename() ? output : output.parent_path();
}

}  // namespace

void request_drain(const std::filesystem::path& output, std::string_view who) {
  const auto name = plain(output);
  std::string half = (name.parent_path() / ("." + name.filename().string() + ".drain.XXXXXX")).string();
  const auto fail = [&] {
    throw Error(ExitStatus::output, fmt::format("no request can be written beside '{}': {}", name.string(),
                                                std::strerror(errno)));
  };
  const int fd = ::mkstemp(half.data());
  if (fd < 0) fail();
  const std::string line = std::string(who) + "\n";
  const bool whole = ::write(fd, line.data(), line.size()) == static_cast<ssize_t>(line.size()) &&
                     ::fchmod(fd, readable) == 0;
  const auto request = name.string() + ".drain." + half.substr(half.size() - random_letters);
  if (::close(fd) != 0 || !whole || std::rename(half.c_str(), request.c_str()) != 0) {
    const int code = errno;
    ::unlink(half.c_str());
    errno = code;
    fail();
  }
}

}  // namespace mpienc::app
