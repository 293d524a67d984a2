#include <algorithm>

#include <fmt/format.h>

#include "mpienc/collection/file_name.hpp"
#include "mpienc/collection/result_log.hpp"
#include "mpienc/collection/tally.hpp"

namespace mpienc::collection {

namespace {

constexpr std::size_t most_names = 20;

std::string row(const char* label, std::int64_t count, const std::string& remark = {}) {
  return fmt::format("  {:<16}{:>9}{}{}\n", label, count, remark.empty() ? "" : "   ", remark);
}

std::string percent_of(std::int64_t part, std::int64_t whole, const char* of) {
  return whole > 0 ? fmt::format("{:.1f} % of {}",
                                 100.0 * static_cast<double>(part) / static_cast<double>(whole), of)
                   : "";
}

std::string rate(std::int64_t files, double seconds) {
  return files > 0 && seconds > 0 ? fmt::format("{:.2f} per second", static_cast<double>(files) / seconds)
                                  : "";
}

std::string codec_table(const std::vector<CodecTally>& codecs) {
  std::size_t width = 5;
  for (const auto& codec : codecs) width = std::max(width, codec.format.size());
  std::string text =
      fmt::format("\n  {:<{}}  {:>9}  {:>9}  {:>9}  {:>9}  {:>9}  {:>12}  {:>9}  {:>9}\n", "codec", width,
                  "issued", "converted", "copied", "skipped", "failed", "total", "mean", "median");
  for (const auto& c : codecs) {
    const double sum = total(c.seconds);
    const double mean = c.seconds.empty() ? 0 : sum / static_cast<double>(c.seconds.size());
    text += fmt::format("  {:<{}}  {:>9}  {:>9}  {:>9}  {:>9}  {:>9}", c.format, width, c.issued, c.converted,
                        c.copied, c.skipped, c.failed);
    text += c.seconds.empty()
                ? fmt::format("  {:>12}  {:>9}  {:>9}\n", "-", "-", "-")
                : fmt::format("  {:>10.2f} s  {:>7.2f} s  {:>7.2f} s\n", sum, mean, median(c.seconds));
  }
  return text;
}

/// The first of many, one per line.
template <class Things, class Line>
std::string listed(const std::string& heading, const Things& things, const Line& line,
                   const std::string& where) {
  if (things.empty()) return {};
  std::string text = "\n" + heading + "\n";
  for (std::size_t i = 0; i < std::min(things.size(), most_names); ++i) text += "  " + line(things[i]) + "\n";
  if (things.size() > most_names) text += fmt::format("  and {} more{}\n", things.size() - most_names, where);
  return text;
}

}  // namespace

std::string progress_text(const Tally& tally, double wall_seconds) {
  const CodecTally sum = tally.sum();
  std::string text = fmt::format("{} of {}: {} converted", sum.results(), sum.issued, sum.converted);
  if (sum.copied > 0) text += fmt::format(", {} copied", sum.copied);
  if (sum.skipped > 0) text += fmt::format(", {} skipped", sum.skipped);
  if (sum.failed > 0) text += fmt::format(", {} failed", sum.failed);
  const auto speed = rate(sum.processed(), wall_seconds);
  return speed.empty() ? text : text + ", " + speed;
}

std::string report_text(const Tally& tally, std::int64_t files_on_input, double wall_seconds) {
  const CodecTally sum = tally.sum();
  const auto processed = sum.processed();
  std::string text = "Summary\n" + row("files on input", files_on_input) + row("outputs issued", sum.issued) +
                     row("results", sum.results(), percent_of(sum.results(), sum.issued, "issued")) +
                     row("processed", processed, rate(processed, wall_seconds)) +
                     row("converted", sum.converted);
  if (sum.copied > 0) text += row("copied", sum.copied);
  text +=
      row("skipped", sum.skipped) + row("failed", sum.failed, percent_of(sum.failed, processed, "processed"));
  if (!tally.codecs().empty()) text += codec_table(tally.codecs());
  text += listed(
      "Failed:", tally.failures(),
      [](const Result& r) { return fmt::format("{}: {}: {}", r.format, shown(r.infile), shown(r.reason)); },
      fmt::format(", see {}", result_log_name));
  text += listed(
      "Without a result:", tally.unanswered(), [](const auto& path) { return shown(path); }, "");
  if (tally.unexpected() > 0) text += fmt::format("\n{} results that nobody asked for\n", tally.unexpected());
  return text;
}

}  // namespace mpienc::collection
