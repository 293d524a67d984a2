#include "options_values.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <numeric>
#include <optional>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "mpienc/core/error.hpp"

namespace mpienc::app {
namespace {

template <class Number>
std::optional<Number> whole_text_as(std::string_view text) {
  if (text.starts_with('+')) text.remove_prefix(1);
  Number value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i);
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = std::exchange(row[j], std::min({row[j] + 1, row[j - 1] + 1, replaced}));
    }
  }
  return row.back();
}

std::string_view without_dashes(std::string_view name) {
  return name.substr(std::min(name.find_first_not_of('-'), name.size()));
}

constexpr std::array<std::pair<std::string_view, std::string_view>, 11> ffmpeg_names{{
    {"-c:v", "--video-codec"},
    {"-vcodec", "--video-codec"},
    {"-c:a", "--audio-codec"},
    {"-acodec", "--audio-codec"},
    {"-b:a", "--audio-bitrate"},
    {"-ab", "--audio-bitrate"},
    {"-q:a", "--audio-quality"},
    {"-aq", "--audio-quality"},
    {"-y", "--overwrite"},
    {"-x264-params", "--encoder-options"},
    {"-x264opts", "--encoder-options"},
}};

}  // namespace

double number_value(std::string_view option, std::string_view text, double low, double high) {
  const auto value = whole_text_as<double>(text);
  if (!value || !(*value >= low && *value <= high)) {
    throw Error(ExitStatus::usage,
                fmt::format("{} takes a number from {} to {}, not '{}'", option, low, high, text));
  }
  return *value;
}

int whole_value(std::string_view option, std::string_view text, int low, int high) {
  const auto value = whole_text_as<int>(text);
  if (!value || *value < low || *value > high) {
    throw Error(ExitStatus::usage,
                fmt::format("{} takes a whole number from {} to {}, not '{}'", option, low, high, text));
  }
  return *value;
}

std::int64_t bit_rate_value(std::string_view option, std::string_view text) {
  std::string_view digits = text;
  double unit = 1;
  if (digits.ends_with('k') || digits.ends_with('K')) unit = 1e3;
  if (digits.ends_with('m') || digits.ends_with('M')) unit = 1e6;
  if (unit != 1) digits.remove_suffix(1);
  const double value = whole_text_as<double>(digits).value_or(0) * unit;
  if (!(value >= 1e3 && value <= 1e8)) {
    throw Error(ExitStatus::usage, fmt::format("{} takes bits per second from 1k to 100M (192k, 192000 or "
                                               "1.5M), not '{}'",
                                               option, text));
  }
  return std::llround(value);
}

sched::Strategy schedule_value(std::string_view text) {
  if (const auto strategy = sched::strategy_named(text)) return *strategy;
  const auto& names = sched::strategy_names();
  const std::string nearest = nearest_option(text, {names.begin(), names.end()});
  throw Error(ExitStatus::usage,
              fmt::format("--schedule takes {}, not '{}'{}", fmt::join(names, ", "), text,
                          nearest.empty() ? "" : fmt::format("; did you mean {}?", nearest)));
}

OnBadChunk bad_chunk_value(std::string_view text) {
  if (text == "fail") return OnBadChunk::fail;
  if (text == "copy") return OnBadChunk::copy;
  if (text == "skip") return OnBadChunk::skip;
  throw Error(ExitStatus::usage, fmt::format("--on-bad-chunk takes fail, copy or skip, not '{}'", text));
}

std::filesystem::path record_value(const std::string& text) {
  const std::filesystem::path path(text);
  if (path.has_stem() && (path.extension() == ".h5" || path.extension() == ".hdf5")) return path;
  throw Error(ExitStatus::usage,
              fmt::format("--record takes a file that ends in .h5 or .hdf5, not '{}'", text));
}

std::string nearest_option(std::string_view unknown, const std::vector<std::string>& known) {
  for (const auto& [theirs, ours] : ffmpeg_names) {
    if (unknown == theirs) return std::string(ours);
  }
  const std::string_view slip = without_dashes(unknown);
  std::string best;
  std::size_t best_distance = std::max<std::size_t>(1, slip.size() / 3) + 1;
  for (const std::string& candidate : known) {
    const std::string_view name = without_dashes(candidate);
    if (name.size() < 2) continue;
    const bool beginning = slip.size() >= 3 && name.starts_with(slip);
    const std::size_t distance = beginning ? 1 : edit_distance(slip, name);
    if (distance < best_distance) {
      best_distance = distance;
      best = candidate;
    }
  }
  return best;
}

}  // namespace mpienc::app
