#include "mpienc/app/top.hpp"

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <iostream>
#include <limits>
#include <variant>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "mpienc/app/drain_request.hpp"
#include "mpienc/app/job_watch.hpp"
#include "mpienc/app/status_file.hpp"
#include "mpienc/app/stop_signal.hpp"
#include "mpienc/core/log.hpp"
#include "mpienc/report/job_status_json.hpp"
#include "mpienc/report/terminal.hpp"
#include "mpienc/view/job_tables.hpp"
#include "mpienc/view/screen.hpp"

namespace mpienc::app {
namespace {

constexpr double refresh_interval = 1;
constexpr int longest_wait_for_key = 100;  // milliseconds; a signal is noticed between two

double clock_seconds() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

void look(JobWatch& watch) {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  watch.look(std::chrono::duration<double>(now).count(), clock_seconds());
}

void print_text(const std::vector<view::WatchedJob>& jobs) {
  const bool terminal = isatty(STDOUT_FILENO) == 1;
  const auto width = terminal ? static_cast<std::size_t>(report::terminal_columns(STDOUT_FILENO))
                              : std::size_t{std::numeric_limits<std::int32_t>::max()};
  std::cout << view::plain_text(jobs, width);
}

void print_json(const std::vector<view::WatchedJob>& jobs) {
  std::vector<report::JobStatus> documents;
  std::vector<double> silences;
  for (const auto& job : jobs) {
    documents.push_back(job.status);
    silences.push_back(job.silence);
  }
  std::cout << report::status_array(documents, silences);
}

std::string asked_to_drain(const view::DrainRank& wish) {
  try {
    request_drain(output_of_status(wish.file), std::to_string(wish.rank));
    return fmt::format("rank {} was asked to drain", wish.rank);
  } catch (const Error& error) {
    return error.what();
  }
}

ExitStatus show(JobWatch& watch) {
  StopSignal signal([] {});
  const StopSignal::LastAct give_back(signal, [] { view::Screen::give_back(); });
  view::Screen screen;
  view::TopState state;
  double next = clock_seconds() + refresh_interval;
  while (!signal.received()) {
    if (clock_seconds() >= next) {
      look(watch);
      next = clock_seconds() + refresh_interval;
    }
    for (auto& line : watch.complaints()) state.message = std::move(line);
    const auto jobs = watch.jobs();
    screen.paint(view::lay_out(jobs, state, screen.rows(), screen.columns()));
    const auto key = screen.key(longest_wait_for_key);
    if (!key) continue;
    const auto action = view::press(*key, jobs, state, std::max(1, screen.rows() / 3));
    if (std::holds_alternative<view::Quit>(action)) return ExitStatus::success;
    if (const auto* wish = std::get_if<view::DrainRank>(&action)) state.message = asked_to_drain(*wish);
  }
  return ExitStatus::interrupted;
}

}  // namespace

ExitStatus run_top(int argc, const char* const* argv) {
  const auto options = parse_top_options(argc - 1, argv + 1);
  if (!options) return ExitStatus::success;
  JobWatch watch(options->words, options->recursive);
  look(watch);
  const auto jobs = watch.jobs();
  const bool screen = options->form == TopOptions::Form::screen;
  if (!screen || jobs.empty()) {
    const auto logger = make_logger(Verbosity::normal);
    for (const auto& line : watch.complaints()) logger->warn(line);
  }
  if (jobs.empty()) {
    std::vector<std::string> words;
    for (const auto& word : options->words) words.push_back(word.string());
    throw Error(ExitStatus::input,
                fmt::format("no running job writes its status at {}{}", fmt::join(words, ", "),
                            options->recursive ? "" : " (--recursive looks below folders)"));
  }
  if (screen) return show(watch);
  if (options->form == TopOptions::Form::json) {
    print_json(jobs);
  } else {
    print_text(jobs);
  }
  std::cout << std::flush;
  if (!std::cout) throw Error(ExitStatus::output, "the jobs cannot be written to standard output");
  return ExitStatus::success;
}

}  // namespace mpienc::app
