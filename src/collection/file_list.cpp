#include "mpienc/collection/file_list.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <string>

#include "mpienc/collection/file_name.hpp"
#include "mpienc/core/error.hpp"

namespace mpienc::collection {

namespace {

[[noreturn]] void fail(const std::filesystem::path& file) {
  throw Error(ExitStatus::input,
              "--files-from " + shown(file) + ": " + std::strerror(errno) + "; check the list's path");
}

std::string all_of(int descriptor, const std::filesystem::path& file) {
  std::string text;
  std::array<char, 65536> buffer{};
  for (;;) {
    const auto got = ::read(descriptor, buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) fail(file);
    if (got == 0) return text;
    text.append(buffer.data(), static_cast<std::size_t>(got));
  }
}

}  // namespace

std::vector<std::filesystem::path> names_of_list(std::string_view text) {
  const char separator = text.find('\0') != std::string_view::npos ? '\0' : '\n';
  std::vector<std::filesystem::path> names;
  while (!text.empty()) {
    const auto name = text.substr(0, text.find(separator));
    if (!name.empty()) names.emplace_back(name);
    text.remove_prefix(std::min(name.size() + 1, text.size()));
  }
  return names;
}

std::vector<std::filesystem::path> read_list(const std::filesystem::path& file) {
  if (file == "-") return names_of_list(all_of(STDIN_FILENO, file));
  const int descriptor = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) fail(file);
  struct Closed {
    int descriptor;
    ~Closed() { ::close(descriptor); }
  } const closed{descriptor};
  return names_of_list(all_of(descriptor, file));
}

}  // namespace mpienc::collection
