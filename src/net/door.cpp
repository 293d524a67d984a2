#include "mpienc/net/door.hpp"

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include <fmt/format.h>

#include "door_words.hpp"
#include "mpienc/core/error.hpp"
#include "mpienc/net/host.hpp"

namespace mpienc::net {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr auto patience_for_token = 5s;
constexpr auto patience_for_start = 60s;  ///< of the guest's MPI
constexpr auto patience_for_entry = 20s;
/// The last that a guest does before it hangs up is to come in.
constexpr auto patience_after_hang_up = 1s;
constexpr int look_interval = 20, rest_interval = 1000;  ///< milliseconds
constexpr std::size_t most_guests = 256;

std::vector<std::string> own_addresses() {
  std::vector<std::string> found{host_name()};
  ifaddrs* all = nullptr;
  if (::getifaddrs(&all) != 0) return found;
  for (const ifaddrs* at = all; at != nullptr; at = at->ifa_next) {
    if (at->ifa_addr == nullptr || at->ifa_addr->sa_family != AF_INET || (at->ifa_flags & IFF_LOOPBACK) != 0)
      continue;
    char text[INET_ADDRSTRLEN] = {};
    const auto* address = reinterpret_cast<const sockaddr_in*>(at->ifa_addr);
    if (::inet_ntop(AF_INET, &address->sin_addr, text, sizeof text) != nullptr) found.emplace_back(text);
  }
  ::freeifaddrs(all);
  return found;
}

void say(int socket, const std::string& line) {
  const auto text = line + '\n';
  [[maybe_unused]] const auto sent = ::send(socket, text.data(), text.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
}

}  // namespace

struct Door::Guest {
  enum class State { greeting, starting, queued, entering, gone };

  Guest(int its_socket, Clock::time_point until) : socket(its_socket), deadline(until) {}
  ~Guest() { ::close(socket); }
  Guest(const Guest&) = delete;
  Guest& operator=(const Guest&) = delete;

  int socket;
  Clock::time_point deadline;
  State state = State::greeting;
  std::string heard;
  bool hung_up = false;
  std::unique_ptr<Entry> entry;
};

Door::Door(std::string token, int first_rank, Open open, std::function<void()> wake)
    : token_(std::move(token)), next_rank_(first_rank), open_(std::move(open)), wake_(std::move(wake)) {
  sockaddr_in own{};
  own.sin_family = AF_INET;
  own.sin_addr.s_addr = INADDR_ANY;
  socklen_t size = sizeof own;
  auto* generic = reinterpret_cast<sockaddr*>(&own);
  listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  stop_ = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (listener_ < 0 || stop_ < 0 || ::bind(listener_, generic, size) != 0 ||
      ::listen(listener_, SOMAXCONN) != 0 || ::getsockname(listener_, generic, &size) != 0) {
    const int code = errno;
    if (listener_ >= 0) ::close(listener_);
    if (stop_ >= 0) ::close(stop_);
    throw Error(ExitStatus::cluster,
                fmt::format("rank 0 cannot listen for processes that join: {}; start the job without "
                            "--grow",
                            std::strerror(code)));
  }
  address_ = {own_addresses(), ntohs(own.sin_port)};
  thread_ = std::thread([this] { watch(); });
}

Door::~Door() {
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto written = ::write(stop_, &one, sizeof one);
  thread_.join();
  for (auto& guest : guests_) {
    say(guest.socket, words::no("the job has ended"));
    send_off(guest);
  }
  guests_.clear();
  ::close(listener_);
  ::close(stop_);
}

void Door::watch() {
  for (;;) {
    std::vector<pollfd> watched{{stop_, POLLIN, 0}, {full_ ? -1 : listener_, POLLIN, 0}};
    full_ = false;
    bool entering = false;
    for (const auto& guest : guests_) {
      entering |= guest.state == Guest::State::entering;
      // One that has hung up is readable for ever.
      watched.push_back({guest.hung_up ? -1 : guest.socket, POLLIN, 0});
    }
    ::poll(watched.data(), watched.size(), entering ? look_interval : rest_interval);
    if (watched[0].revents != 0) return;
    auto readable = watched.begin() + 2;
    for (auto& guest : guests_) {
      if ((readable++)->revents != 0) hear(guest);
      look_at(guest);
    }
    for (auto& guest : guests_) {
      if (guest.state == Guest::State::gone) send_off(guest);
    }
    std::erase_if(guests_, [](const Guest& guest) { return guest.state == Guest::State::gone; });
    if (watched[1].revents != 0) welcome();
    const auto next = std::ranges::find(guests_, Guest::State::queued, &Guest::state);
    const bool free = std::ranges::find(guests_, Guest::State::entering, &Guest::state) == guests_.end();
    if (next != guests_.end() && free) let_in(*next);
  }
}

void Door::welcome() {
  const int socket = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
  if (socket < 0) {
    full_ = errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM;
    return;
  }
  if (guests_.size() >= most_guests) make_room();
  if (guests_.size() >= most_guests) {
    ::close(socket);
  } else {
    guests_.emplace_back(socket, Clock::now() + patience_for_token);
  }
}

/// Whoever keeps silent must not keep out those that know the token.
void Door::make_room() {
  const auto silent = std::ranges::find(guests_, Guest::State::greeting, &Guest::state);
  if (silent != guests_.end()) guests_.erase(silent);
}

void Door::hear(Guest& guest) {
  char part[256];
  const auto count = ::recv(guest.socket, part, sizeof part, 0);
  if (count == 0 || (count < 0 && errno != EAGAIN && errno != EINTR)) {
    guest.hung_up = true;
    guest.deadline = std::min(guest.deadline, Clock::now() + patience_after_hang_up);
    if (guest.state != Guest::State::entering) guest.state = Guest::State::gone;
    return;
  }
  if (count > 0) guest.heard.append(part, static_cast<std::size_t>(count));
  for (auto end = guest.heard.find('\n'); end != std::string::npos; end = guest.heard.find('\n')) {
    const auto line = guest.heard.substr(0, end);
    guest.heard.erase(0, end + 1);
    obey(guest, line);
  }
  if (guest.heard.size() > words::longest) guest.state = Guest::State::gone;
}

void Door::obey(Guest& guest, const std::string& line) {
  if (guest.state == Guest::State::greeting && line == words::greeting(token_)) {
    say(guest.socket, words::welcome);
    guest.state = Guest::State::starting;
    guest.deadline = Clock::now() + patience_for_start;
  } else if (guest.state == Guest::State::starting && line == words::ready) {
    guest.state = Guest::State::queued;
    guest.deadline = Clock::time_point::max();
  } else {
    say(guest.socket, words::no("another job runs there, or another mpienc"));
    guest.state = Guest::State::gone;
  }
}

void Door::let_in(Guest& guest) {
  guest.entry = open_(next_rank_);
  guest.state = guest.entry ? Guest::State::entering : Guest::State::gone;
  guest.deadline = Clock::now() + patience_for_entry;
  say(guest.socket,
      guest.entry ? words::enter(next_rank_, guest.entry->name()) : words::no("its MPI opens no port"));
}

void Door::look_at(Guest& guest) {
  if (guest.state == Guest::State::gone) return;
  if (guest.entry && guest.entry->done()) {
    came_in(guest);
  } else if (Clock::now() >= guest.deadline) {
    guest.state = Guest::State::gone;
  }
}

void Door::came_in(Guest& guest) {
  guest.entry.reset();
  guest.state = Guest::State::gone;
  ++next_rank_;
  wake_();
}

/// It may have come in since it was looked at: then its rank is taken.
void Door::send_off(Guest& guest) {
  if (guest.entry && guest.entry->abandon()) came_in(guest);
}

}  // namespace mpienc::net
