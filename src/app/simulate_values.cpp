#include "simulate_values.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "mpienc/core/error.hpp"
#include "options_values.hpp"

namespace mpienc::app {
namespace {

constexpr int most_lanes = 65536;

[[noreturn]] void refuse(const std::string& line) { throw Error(ExitStatus::usage, line); }

std::vector<std::string_view> split(std::string_view text) {
  std::vector<std::string_view> parts;
  for (;;) {
    const std::size_t comma = text.find(',');
    parts.push_back(text.substr(0, comma));
    if (comma == std::string_view::npos) return parts;
    text.remove_prefix(comma + 1);
  }
}

/// What follows `mark` in `text`, which loses it and the mark; nothing where there is no mark.
std::optional<std::string_view> cut_after(std::string_view& text, char mark) {
  const std::size_t at = text.find(mark);
  if (at == std::string_view::npos) return std::nullopt;
  const std::string_view rest = text.substr(at + 1);
  text = text.substr(0, at);
  return rest;
}

void double_up_to(int last, std::vector<int>& lanes, std::string_view text) {
  const std::size_t count = lanes.size();
  if (count < 2 || lanes[count - 1] != 2 * lanes[count - 2]) {
    refuse(
        fmt::format("--lanes: '...' goes on doubling and stands after two numbers of which the second is "
                    "twice the first, as in 1,2,...,64, not as in '{}'",
                    text));
  }
  while (2 * lanes.back() < last) lanes.push_back(2 * lanes.back());
  if (2 * lanes.back() != last) {
    refuse(fmt::format("--lanes: doubling from {} does not meet {} in '{}'", lanes[count - 1], last, text));
  }
}

struct Unit {
  std::string_view name;
  double factor;
};

constexpr std::array<Unit, 10> rate_units{{{"bit", 1.0 / 8},
                                           {"kbit", 1e3 / 8},
                                           {"Mbit", 1e6 / 8},
                                           {"Gbit", 1e9 / 8},
                                           {"Tbit", 1e12 / 8},
                                           {"B", 1},
                                           {"kB", 1e3},
                                           {"MB", 1e6},
                                           {"GB", 1e9},
                                           {"TB", 1e12}}};
constexpr std::array<Unit, 3> time_units{{{"us", 1e-6}, {"ms", 1e-3}, {"s", 1}}};

/// Throws Error(usage) with `allowed` unless the text is a number from low to high with one of the units.
template <std::size_t n>
double value_with_unit(std::string_view option, std::string_view text, const std::array<Unit, n>& units,
                       double low, double high, std::string_view allowed) {
  const std::size_t at = std::min(text.find_first_not_of("0123456789."), text.size());
  const auto unit = std::ranges::find(units, text.substr(at), &Unit::name);
  if (unit != units.end()) {
    try {
      return number_value(option, text.substr(0, at), low / unit->factor, high / unit->factor) * unit->factor;
    } catch (const Error&) {
      // The line below names the range in units.
    }
  }
  refuse(fmt::format("{} takes {}, not '{}'", option, allowed, text));
}

}  // namespace

std::vector<int> lane_list(std::string_view text) {
  std::vector<int> lanes;
  const auto parts = split(text);
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const bool dots = parts[i] == "..." && i + 1 < parts.size();
    const int value = whole_value("--lanes", parts[dots ? ++i : i], 1, most_lanes);
    if (dots) double_up_to(value, lanes, text);
    if (!lanes.empty() && value <= lanes.back()) {
      refuse(
          fmt::format("--lanes takes rising numbers, but {} follows {} in '{}'", value, lanes.back(), text));
    }
    lanes.push_back(value);
  }
  return lanes;
}

std::vector<SimulatedHost> host_list(std::string_view text) {
  std::vector<SimulatedHost> hosts;
  std::int64_t lanes = 0;
  for (const std::string_view part : split(text)) {
    std::string_view name = part;
    auto rest = cut_after(name, ':');
    if (!rest || name.empty()) {
      refuse(
          fmt::format("--hosts takes NAME:LANES[@SPEED][xCOUNT] with commas between, as in "
                      "fast:32,slow:8@0.3x4, not '{}'",
                      part));
    }
    const auto count = cut_after(*rest, 'x');
    const auto speed = cut_after(*rest, '@');
    const auto term = [part](const char* what) { return fmt::format("--hosts {}: the {}", part, what); };
    SimulatedHost host{std::string(name), whole_value(term("number of lanes"), *rest, 1, most_lanes), 1};
    if (speed) host.speed = number_value(term("speed"), *speed, 0.001, 1000);
    const int times = count ? whole_value(term("count"), *count, 1, most_lanes) : 1;
    lanes += std::int64_t{host.lanes} * times;
    if (lanes > most_lanes) {
      refuse(fmt::format("--hosts takes up to {} lanes in all; '{}' names more", most_lanes, text));
    }
    hosts.insert(hosts.end(), static_cast<std::size_t>(times), host);
  }
  return hosts;
}

double rate_value(std::string_view option, std::string_view text) {
  return value_with_unit(
      option, text, rate_units, 1e3 / 8, 1e13,
      "bits or bytes per second with a decimal unit, 1kbit to 10TB (10Gbit, 100Mbit or 1GB)");
}

double time_value(std::string_view option, std::string_view text) {
  return value_with_unit(option, text, time_units, 0, 10,
                         "a time from 0s to 10s with its unit (50us, 1ms or 0.1s)");
}

std::vector<KilledRank> lost_list(std::string_view text) {
  std::vector<KilledRank> lost;
  for (const std::string_view part : split(text)) {
    std::string_view rank = part;
    const auto seconds = cut_after(rank, '@');
    if (!seconds) {
      refuse(fmt::format("--kill takes RANK@SECONDS with commas between, as in 1@60,2@90.5, not '{}'", part));
    }
    const auto term = [part](const char* what) { return fmt::format("--kill {}: the {}", part, what); };
    const KilledRank one{whole_value(term("rank"), rank, 0, most_lanes - 1),
                         number_value(term("number of seconds"), *seconds, 0, 1e9)};
    if (one.rank == 0) {
      refuse(
          fmt::format("--kill {}: rank 0 reads and writes, so the job ends with it; only other ranks can be "
                      "lost",
                      part));
    }
    if (std::ranges::count(lost, one.rank, &KilledRank::rank) > 0) {
      refuse(fmt::format("--kill names rank {} twice in '{}'", one.rank, text));
    }
    lost.push_back(one);
  }
  return lost;
}

}  // namespace mpienc::app
