#include "mpienc/app/launch_hosts.hpp"

#include <algorithm>
#include <charconv>
#include <istream>
#include <sstream>

namespace mpienc::app {
namespace {

std::optional<int> slots_in(const std::string& word) {
  constexpr std::string_view key = "slots=";
  int slots = 0;
  if (!word.starts_with(key)) return std::nullopt;
  const auto* end = word.data() + word.size();
  const auto [stop, error] = std::from_chars(word.data() + key.size(), end, slots);
  return error == std::errc() && stop == end && slots > 0 ? std::optional(slots) : std::nullopt;
}

}  // namespace

std::vector<HostLine> read_hosts(std::istream& file) {
  std::vector<HostLine> hosts;
  for (std::string line; std::getline(file, line);) {
    line = line.substr(0, line.find('#'));
    std::istringstream words(line);
    HostLine host;
    if (!(words >> host.name)) continue;
    for (std::string word; words >> word;) {
      if (const auto slots = slots_in(word)) host.slots = slots;
    }
    host.line = std::move(line);
    hosts.push_back(std::move(host));
  }
  return hosts;
}

std::vector<HostLine> without(const std::vector<HostLine>& hosts, const std::set<std::string>& names) {
  std::vector<HostLine> rest;
  std::ranges::copy_if(hosts, std::back_inserter(rest),
                       [&](const HostLine& host) { return !names.contains(host.name); });
  return rest;
}

int ranks_on(const std::vector<HostLine>& some, const std::vector<HostLine>& all, int ranks) {
  if (some.size() == all.size()) return ranks;
  std::size_t fitting = 0;
  if (std::ranges::all_of(some, [](const HostLine& host) { return host.slots.has_value(); })) {
    for (const HostLine& host : some) fitting += static_cast<std::size_t>(*host.slots);
  } else {
    fitting = static_cast<std::size_t>(ranks) * some.size() / all.size();
  }
  return static_cast<int>(std::clamp<std::size_t>(fitting, 1, static_cast<std::size_t>(ranks)));
}

}  // namespace mpienc::app
