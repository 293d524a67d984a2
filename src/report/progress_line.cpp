#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "mpienc/report/format.hpp"
#include "mpienc/report/progress.hpp"

namespace mpienc::report {
namespace {

struct Part {
  int importance;  ///< the least important goes first where columns are few
  std::string text;
};

/// A rate with about three digits.
std::string rate(double value) { return fmt::format("{:.{}f}", value, value < 99.95 ? 1 : 0); }

std::vector<Part> parts_of(const Snapshot& s) {
  std::vector<Part> parts;
  const bool known = s.fraction && std::isfinite(*s.fraction);
  const double fraction = known ? std::clamp(*s.fraction, 0.0, 1.0) : 0;
  if (known) parts.push_back({6, fmt::format("{:5.1f} %", std::floor(fraction * 1000) / 10)});
  const bool film = s.sample_rate == 0;
  parts.push_back({known ? 3 : 5, film ? counted(s.frames, "frame") : duration_text(s.programme_seconds)});
  if (s.elapsed > 0) {
    if (film) parts.push_back({2, rate(static_cast<double>(s.frames) / s.elapsed) + " fps"});
    parts.push_back({4, rate(s.programme_seconds / s.elapsed) + "x"});
  }
  if (const auto left = remaining_seconds(s)) parts.push_back({5, "ETA " + duration_text(*left)});
  parts.push_back({1, fmt::format("{}/{} lanes", s.busy_lanes, s.lanes)});
  if (s.ranks > 1) parts.push_back({0, counted(s.ranks, "rank")});
  return parts;
}

std::string joined(const std::vector<Part>& parts) {
  std::string line;
  for (const Part& part : parts) line += (line.empty() ? "" : "  ") + part.text;
  return line;
}

}  // namespace

std::optional<double> remaining_seconds(const Snapshot& snapshot) {
  if (!snapshot.fraction || !(*snapshot.fraction > 0)) return std::nullopt;
  const double fraction = std::min(*snapshot.fraction, 1.0);
  return snapshot.elapsed * (1 - fraction) / fraction;
}

std::string progress_line(const Snapshot& snapshot, int columns) {
  const auto width = static_cast<std::size_t>(std::max(columns, 0));
  std::vector<Part> parts = parts_of(snapshot);
  std::string line = joined(parts);
  while (line.size() > width && parts.size() > 1) {
    parts.erase(std::min_element(parts.begin(), parts.end(),
                                 [](const Part& a, const Part& b) { return a.importance < b.importance; }));
    line = joined(parts);
  }
  return line.size() > width ? std::string(width, '.') : line;
}

}  // namespace mpienc::report
