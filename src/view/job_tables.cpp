#include "mpienc/view/job_tables.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "mpienc/report/format.hpp"
#include "mpienc/report/text_columns.hpp"

namespace mpienc::view {

namespace {

using report::counted;
using report::cut_to;
using report::duration_text;
using report::printable;

constexpr int bar_width = 8;

std::string state_of(const WatchedJob& job) {
  if (job.ended) return "ended";
  return job.silent() ? "silent" : std::string(name_of(job.status.state));
}

std::string bar(const std::optional<double>& fraction) {
  const double filled = std::clamp(fraction.value_or(0), 0.0, 1.0) * bar_width;
  const auto full = static_cast<std::size_t>(filled);
  return "[" + std::string(full, '#') + std::string(bar_width - full, '-') + "]";
}

std::string percent(const std::optional<double>& fraction) {
  if (!fraction) return "-";
  return fmt::format("{:.1f} %", std::floor(std::clamp(*fraction, 0.0, 1.0) * 1000) / 10);
}

std::string rate(double value) { return fmt::format("{:.{}f}", value, value < 99.95 ? 1 : 0); }

std::string speed(const report::JobStatus& status) {
  return rate(status.speed) + (status.in_frames ? " fps" : "x");
}

/// Its end, which of a path tells most.
std::string end_of(const std::string& text, std::size_t width) {
  if (report::columns_of(text) <= width) return text;
  std::string_view rest = text;
  while (!rest.empty() && report::columns_of(rest) + 1 > width) {
    rest.remove_prefix(report::first_character(rest).bytes);
  }
  return cut_to("~" + std::string(rest), width);
}

/// "12 13 14", or "12 13 +5" where there are many.
std::string numbers(const std::vector<int>& chunks) {
  constexpr std::size_t most = 3;
  std::string text;
  for (std::size_t i = 0; i < chunks.size(); ++i) {
    if (i == most - 1 && chunks.size() > most) return text + fmt::format(" +{}", chunks.size() - i);
    text += fmt::format("{}{}", i == 0 ? "" : " ", chunks[i]);
  }
  return text;
}

std::string progress(const report::JobStatus& status) {
  auto text = std::string(name_of(status.kind));
  text += fmt::format(", {}", duration_text(status.media_done));
  if (status.media_total) text += fmt::format(" of {}", duration_text(*status.media_total));
  text += fmt::format(" in {}", duration_text(status.elapsed));
  text += status.total ? fmt::format("; {} of {} written", status.released, counted(*status.total, "chunk"))
                       : fmt::format("; {} written", counted(status.released, "chunk"));
  if (status.journal > 0) text += fmt::format(", {} in the journal", status.journal);
  return text;
}

void append_some(std::string& text, int number, const char* noun) {
  if (number > 0) text += ", " + (number == 1 ? fmt::format("1 {}", noun) : counted(number, noun));
}

}  // namespace

Table jobs_table(const std::vector<WatchedJob>& jobs, std::size_t width) {
  std::vector<std::vector<std::string>> cells;
  for (const auto& job : jobs) {
    const auto& status = job.status;
    const bool goes_on = !job.ended && !job.silent();
    cells.push_back({printable(job.name), state_of(job), bar(status.fraction), percent(status.fraction),
                     goes_on && status.eta ? duration_text(*status.eta) : "-", goes_on ? speed(status) : "-",
                     fmt::format("{}", status.ranks.size()), fmt::format("{}", status.lost_ranks),
                     fmt::format("{}", status.steals)});
  }
  return make_table({{"JOB", false, 9, 12, true},
                     {"STATE", false, 7, 7, false},
                     {"", false, 1, bar_width + 2, false},
                     {"DONE", true, 8, 6, false},
                     {"ETA", true, 6, 7, false},
                     {"SPEED", true, 5, 9, false},
                     {"RANKS", true, 3, 5, false},
                     {"LOST", true, 4, 4, false},
                     {"STEALS", true, 2, 6, false}},
                    cells, width);
}

Table ranks_table(const std::vector<report::RankStatus>& ranks, bool in_frames, std::size_t width) {
  std::vector<std::vector<std::string>> cells;
  for (const auto& rank : ranks) {
    cells.push_back({fmt::format("{}", rank.rank), printable(rank.host), std::string(name_of(rank.state)),
                     fmt::format("{}", rank.lanes), numbers(rank.running), numbers(rank.held),
                     rate(rank.speed), fmt::format("{}", rank.done), fmt::format("{}", rank.steals),
                     fmt::format("{}", rank.losses)});
  }
  return make_table({{"RANK", true, 9, 4, false},
                     {"HOST", false, 7, 8, true},
                     {"STATE", false, 8, 8, false},
                     {"LANES", true, 2, 5, false},
                     {"RUNNING", false, 4, 11, false},
                     {"HELD", false, 1, 8, false},
                     {in_frames ? "FPS" : "SPEED", true, 6, 6, false},
                     {"DONE", true, 5, 5, false},
                     {"STEALS", true, 3, 6, false},
                     {"LOSSES", true, 0, 6, false}},
                    cells, width);
}

std::vector<std::string> details(const WatchedJob& job, std::size_t width) {
  const auto& status = job.status;
  auto second = progress(status);
  if (job.ended) second = "has ended; last " + second;
  if (job.silent()) second = fmt::format("no sign for {:.0f} s; last {}", job.silence, second);
  append_some(second, status.copies, status.copies == 1 ? "second copy" : "second copie");
  append_some(second, status.warnings, "warning");
  append_some(second, std::max(status.attempt, 1) - 1, "restart");
  if (status.bytes_sent > 0) second += fmt::format(", {} sent", report::size_text(status.bytes_sent));
  return {end_of(printable(status.output), width), cut_to(second, width)};
}

std::string plain_text(const std::vector<WatchedJob>& jobs, std::size_t width) {
  std::string text;
  const auto append = [&](const std::string& line) {
    text += line.substr(0, line.find_last_not_of(' ') + 1) + "\n";
  };
  const auto table = jobs_table(jobs, width);
  append(table.head);
  for (const auto& row : table.rows) append(row);
  for (const auto& job : jobs) {
    append("");
    for (const auto& line : details(job, width)) append(line);
    append(cut_to(fmt::format("process {} on {}", job.status.pid, printable(job.status.host)), width));
    const auto ranks = ranks_table(job.status.ranks, job.status.in_frames, width);
    append(ranks.head);
    for (const auto& row : ranks.rows) append(row);
  }
  return text;
}

}  // namespace mpienc::view
