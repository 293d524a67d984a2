#include "mpienc/view/layout.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "mpienc/report/format.hpp"
#include "mpienc/report/text_columns.hpp"
#include "mpienc/view/job_tables.hpp"

namespace mpienc::view {

namespace {

using report::cut_to;
using report::fitted;

constexpr std::array help_lines{
    "Up Down PgUp PgDn Home End   select",
    "Tab Left Right               to the other table",
    "s                            sort the table: jobs by name, done, ETA, speed;",
    "                             ranks by number, host, speed, chunks done",
    "d                            drain the selected rank: it ends what it runs",
    "q                            quit; the jobs go on",
    "",
    "LOST    ranks that fell silent        STEALS  chunks that idle ranks took over",
    "LOSSES  chunks that others took over  HELD    chunks that wait for a lane",
    "silent  the job's file has not changed for 10 s: was it killed?",
    "",
    "any key: back"};

constexpr const char* keys = "arrows select  Tab table  s sort  d drain  ? help  q quit";
/// Beside both tables' rows: title, two heads, a blank line, two lines of details, the keys.
constexpr std::size_t fixed_lines = 7;

std::string_view name_of(JobOrder order) {
  constexpr std::array names{"name", "done", "ETA", "speed"};
  return names.at(static_cast<std::size_t>(order));
}

std::string_view name_of(RankOrder order) {
  constexpr std::array names{"number", "host", "speed", "done"};
  return names.at(static_cast<std::size_t>(order));
}

std::string title(const std::vector<WatchedJob>& jobs, const TopState& state, std::size_t width) {
  const auto ended = std::ranges::count_if(jobs, &WatchedJob::ended);
  const auto silent = std::ranges::count_if(jobs, &WatchedJob::silent);
  auto text = fmt::format("mpienc top: {}", report::counted(std::ssize(jobs), "job"));
  if (silent > 0) text += fmt::format(", {} silent", silent);
  if (ended > 0) text += fmt::format(", {} ended", ended);
  const auto order = state.focus == Focus::jobs ? fmt::format("jobs by {}", name_of(state.job_order))
                                                : fmt::format("ranks by {}", name_of(state.rank_order));
  const auto used = report::columns_of(text) + order.size() + 1;
  if (used > width) return fitted(text, width);
  return text + std::string(width - used + 1, ' ') + order;
}

Line bottom(const std::vector<WatchedJob>& jobs, const TopState& state, std::size_t width) {
  if (state.asked) {
    const auto job = std::ranges::find(jobs, state.asked->file, &WatchedJob::file);
    const auto name = job == jobs.end() ? std::string() : " of " + report::printable(job->name);
    return {cut_to(fmt::format("Drain rank {}{}? y: yes, other keys: no", state.asked->rank, name), width),
            Style::warning};
  }
  if (!state.message.empty()) return {cut_to(report::printable(state.message), width), Style::warning};
  return {cut_to(keys, width), Style::faint};
}

Style style_of(const WatchedJob& job) {
  if (job.ended) return Style::faint;
  return job.silent() || job.status.lost_ranks > 0 ? Style::warning : Style::plain;
}

Style style_of(const report::RankStatus& rank) {
  if (rank.state == report::RankState::lost) return Style::warning;
  return rank.state == report::RankState::left ? Style::faint : Style::plain;
}

/// `room` rows of the table around the chosen one, which is marked.
template <class Row>
void append_rows(std::vector<Line>& lines, const Table& table, const std::vector<Row>& rows,
                 std::size_t chosen, bool focused, std::size_t room) {
  const auto first = std::min(chosen - std::min(chosen, room / 2), rows.size() - std::min(rows.size(), room));
  for (std::size_t i = first; i < std::min(rows.size(), first + room); ++i) {
    const bool mark = i == chosen;
    lines.push_back(
        {(mark ? "> " : "  ") + table.rows[i], mark && focused ? Style::chosen : style_of(rows[i])});
  }
}

std::vector<Line> help(std::size_t width) {
  std::vector<Line> lines{{cut_to("mpienc top: keys and words", width), Style::title}, {"", Style::plain}};
  for (const char* line : help_lines) lines.push_back({cut_to(line, width), Style::plain});
  return lines;
}

std::vector<Line> tables(const std::vector<WatchedJob>& jobs, const TopState& state, std::size_t rows,
                         std::size_t width) {
  std::vector<Line> lines{{title(jobs, state, width), Style::title}};
  if (jobs.empty()) {
    lines.push_back({cut_to("no job here: waiting for one", width), Style::plain});
    return lines;
  }
  const auto inner = width - std::min<std::size_t>(width, 2);
  const auto shown = ordered(jobs, state.job_order);
  const auto at = selected(shown, state);
  const auto& job = shown[at];
  const auto ranks = ordered(job.status.ranks, state.rank_order);
  const auto room = std::max<std::size_t>(rows, fixed_lines + 2) - fixed_lines;
  const auto rank_room = std::min(ranks.size(), std::max(room / 2, room - std::min(room, shown.size())));

  const auto upper = jobs_table(shown, inner);
  lines.push_back({"  " + upper.head, Style::head});
  append_rows(lines, upper, shown, at, state.focus == Focus::jobs, room - rank_room);
  lines.push_back({"", Style::plain});
  for (auto& line : details(job, width)) lines.push_back({std::move(line), Style::plain});
  const auto lower = ranks_table(ranks, job.status.in_frames, inner);
  lines.push_back({"  " + lower.head, Style::head});
  append_rows(lines, lower, ranks, selected(ranks, state), state.focus == Focus::ranks, rank_room);
  return lines;
}

}  // namespace

std::vector<Line> lay_out(const std::vector<WatchedJob>& jobs, const TopState& state, int rows, int columns) {
  const auto height = static_cast<std::size_t>(std::max(rows, 0)),
             width = static_cast<std::size_t>(std::max(columns, 0));
  auto lines = state.help ? help(width) : tables(jobs, state, height, width);
  lines.resize(height);
  if (height > 1 && !state.help) lines.back() = bottom(jobs, state, width);
  for (auto& line : lines) line.text = cut_to(line.text, width);
  return lines;
}

}  // namespace mpienc::view
