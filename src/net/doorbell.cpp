#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstring>
#include <optional>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "door_words.hpp"
#include "mpienc/core/error.hpp"
#include "mpienc/net/door.hpp"

namespace mpienc::net {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr auto patience_for_connection = 3s;
constexpr auto patience_for_welcome = 10s;

int milliseconds_until(Clock::time_point deadline) {
  const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now());
  return static_cast<int>(std::max<std::chrono::milliseconds::rep>(0, left.count()));
}

bool connected(int socket, const addrinfo& to) {
  if (::connect(socket, to.ai_addr, to.ai_addrlen) == 0) return true;
  if (errno != EINPROGRESS) return false;
  pollfd watched{socket, POLLOUT, 0};
  if (::poll(&watched, 1, milliseconds_until(Clock::now() + patience_for_connection)) != 1) {
    errno = ETIMEDOUT;
    return false;
  }
  int code = 0;
  socklen_t size = sizeof code;
  ::getsockopt(socket, SOL_SOCKET, SO_ERROR, &code, &size);
  errno = code;
  return code == 0;
}

/// -1 with errno set where nobody answers.
int dial(const std::string& host, int port) {
  addrinfo wanted{}, *found = nullptr;
  wanted.ai_family = AF_INET;
  wanted.ai_socktype = SOCK_STREAM;
  if (::getaddrinfo(host.c_str(), std::to_string(port).c_str(), &wanted, &found) != 0) {
    errno = EHOSTUNREACH;
    return -1;
  }
  int result = -1;
  for (const addrinfo* at = found; at != nullptr && result < 0; at = at->ai_next) {
    const int tried = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (tried >= 0 && connected(tried, *at)) {
      result = tried;
    } else if (tried >= 0) {
      const int code = errno;
      ::close(tried);
      errno = code;
    }
  }
  ::freeaddrinfo(found);
  return result;
}

void say(int socket, const std::string& line) {
  const auto text = line + '\n';
  [[maybe_unused]] const auto sent = ::send(socket, text.data(), text.size(), MSG_NOSIGNAL);
}

[[noreturn]] void refused(const std::string& why) {
  throw Error(ExitStatus::cluster, "the job cannot be joined: " + why);
}

std::optional<Doorbell::Place> parse_place(std::string_view line) {
  const std::string_view begin = words::entering;
  if (!line.starts_with(begin)) return std::nullopt;
  line.remove_prefix(begin.size());
  Doorbell::Place place;
  const auto [end, error] = std::from_chars(line.data(), line.data() + line.size(), place.rank);
  if (error != std::errc() || place.rank < 1 || end == line.data() + line.size() || *end != ' ')
    return std::nullopt;
  place.entry = std::string(end + 1, line.data() + line.size());
  return place;
}

}  // namespace

Doorbell::Doorbell(const DoorAddress& address, const std::string& token) {
  for (const auto& host : address.hosts) {
    socket_ = dial(host, address.port);
    if (socket_ >= 0) break;
  }
  if (socket_ < 0) {
    refused(fmt::format("nobody answers at port {} of {} ({}); it has ended, or no network leads there",
                        address.port, fmt::join(address.hosts, ", "), std::strerror(errno)));
  }
  try {
    say(socket_, words::greeting(token));
    if (const auto answer = line(patience_for_welcome); answer != words::welcome) {
      refused("what answers there is no mpienc; take the job's newest file");
    }
  } catch (...) {
    ::close(socket_);
    throw;
  }
}

Doorbell::~Doorbell() { ::close(socket_); }

Doorbell::Place Doorbell::wait_for_turn(std::chrono::seconds patience) {
  say(socket_, words::ready);
  auto place = parse_place(line(patience));
  if (!place) refused("what answers there is no mpienc; take the job's newest file");
  return std::move(*place);
}

std::string Doorbell::line(std::chrono::seconds patience) {
  const auto deadline = Clock::now() + patience;
  for (;;) {
    if (const auto end = heard_.find('\n'); end != std::string::npos) {
      auto result = heard_.substr(0, end);
      heard_.erase(0, end + 1);
      if (result.starts_with(words::refusal)) refused(result.substr(std::string_view(words::refusal).size()));
      return result;
    }
    if (heard_.size() > words::longest) return {};
    pollfd watched{socket_, POLLIN, 0};
    if (::poll(&watched, 1, milliseconds_until(deadline)) == 0) {
      refused(fmt::format("it has not answered for {} s", patience.count()));
    }
    char part[512];
    const auto count = ::recv(socket_, part, sizeof part, 0);
    if (count == 0 || (count < 0 && errno != EAGAIN && errno != EINTR))
      refused("it hung up; it may be at its end");
    if (count > 0) heard_.append(part, static_cast<std::size_t>(count));
  }
}

}  // namespace mpienc::net
