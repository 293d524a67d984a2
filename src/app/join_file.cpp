#include "mpienc/app/join_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <random>
#include <sstream>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "mpienc/core/error.hpp"

namespace mpienc::app {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr int format_version = 1;
constexpr std::streamsize longest_file = 65536;
constexpr std::size_t most_hosts = 64;

bool one_line(const std::string& text) {
  return text.size() <= 1024 && text.find_first_of(std::string("\n\r\0", 3)) == std::string::npos;
}

JoinInvitation invitation_in(const json& value) {
  if (value.at("mpienc_join") != format_version) throw std::runtime_error("another version");
  JoinInvitation invitation;
  invitation.door.hosts = value.at("hosts").get<std::vector<std::string>>();
  invitation.door.port = value.at("port");
  invitation.token = value.at("token");
  invitation.server = value.at("server");
  invitation.simd = value.at("simd");
  bool sound = invitation.door.port > 0 && invitation.door.port < 65536 && !invitation.door.hosts.empty() &&
               invitation.door.hosts.size() <= most_hosts &&
               (invitation.simd == "avx2" || invitation.simd == "sse2");
  for (const auto& text : invitation.door.hosts) sound &= one_line(text);
  for (const auto& text : {invitation.token, invitation.server}) sound &= one_line(text) && !text.empty();
  if (!sound) throw std::runtime_error("out of range");
  return invitation;
}

bool is_free(const fs::path& file) {
  std::error_code error;
  if (!fs::exists(fs::symlink_status(file, error))) return true;
  try {
    static_cast<void>(read_join_file(file));
    return true;
  } catch (const Error&) {
    return false;
  }
}

}  // namespace

fs::path join_file_of(const fs::path& output) {
  auto path = fs::absolute(output).lexically_normal();
  if (!path.has_filename()) path = path.parent_path();
  return path.string() + ".join";
}

std::string fresh_token() {
  std::random_device random;
  return fmt::format("{:08x}{:08x}{:08x}{:08x}", random(), random(), random(), random());
}

JoinFile::JoinFile(fs::path file, const JoinInvitation& invitation)
    : file_(std::move(file)), server_(invitation.server) {
  if (!is_free(file_)) {
    throw Error(ExitStatus::output,
                fmt::format("'{}' is another file, which is not replaced", file_.string()));
  }
  const json value = {{"mpienc_join", format_version}, {"hosts", invitation.door.hosts},
                      {"port", invitation.door.port},  {"token", invitation.token},
                      {"server", invitation.server},   {"simd", invitation.simd}};
  const auto text = value.dump(1) + '\n';
  const std::string half = file_.string() + ".half";
  ::unlink(half.c_str());
  const int fd = ::open(half.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
  const bool written = fd >= 0 && ::write(fd, text.data(), text.size()) == static_cast<ssize_t>(text.size());
  int code = errno;
  if (fd >= 0) ::close(fd);
  if (written && std::rename(half.c_str(), file_.c_str()) == 0) return;
  if (written) code = errno;
  ::unlink(half.c_str());
  throw Error(ExitStatus::output, fmt::format("'{}' cannot be written: {}; without it no process can join",
                                              file_.string(), std::strerror(code)));
}

void JoinFile::remove() const noexcept { remove_join_file(file_, server_); }

void remove_join_file(const fs::path& file, const std::string& server) noexcept try {
  if (read_join_file(file).server == server) ::unlink(file.c_str());
} catch (const std::exception&) {
  // Not there, or not ours.
}

JoinInvitation read_join_file(const fs::path& file) {
  std::error_code ignored;
  std::ifstream in;
  if (fs::is_regular_file(file, ignored)) in.open(file, std::ios::binary);
  if (!in.is_open()) {
    throw Error(ExitStatus::input,
                fmt::format("'{}' is not there or cannot be read: a job that ranks may join has it beside "
                            "its output while it runs",
                            file.string()));
  }
  std::string text(static_cast<std::size_t>(longest_file), '\0');
  in.read(text.data(), longest_file);
  text.resize(static_cast<std::size_t>(in.gcount()));
  try {
    return invitation_in(json::parse(text));
  } catch (const std::exception&) {
    throw Error(ExitStatus::input,
                fmt::format("'{}' is not a join file of this version of mpienc", file.string()));
  }
}

}  // namespace mpienc::app
