#include <algorithm>
#include <iostream>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "mpienc/app/simulate.hpp"
#include "options_help.hpp"
#include "options_values.hpp"
#include "simulate_values.hpp"

namespace mpienc::app {
namespace {

[[noreturn]] void refuse(const std::string& line) { throw Error(ExitStatus::usage, line); }

class SimulateHelp : public HelpFormatter {
 public:
  std::string make_usage(const CLI::App*, std::string) const override {
    return "Usage: mpienc simulate [OPTIONS] RUN.h5\n"
           "RUN.h5 was written by mpienc --record. Its chunks pass through the scheduler of\n"
           "real runs in virtual time; nothing is encoded.\n\n";
  }
};

constexpr const char* footer =
    "HOST is NAME:LANES[@SPEED][xCOUNT], one rank; the first is rank 0. With --lanes\n"
    "they are taken in turn until so many lanes are filled. Units are decimal: bit,\n"
    "kbit, Mbit, Gbit, B, kB, MB, GB per second; us, ms, s.\n"
    "\n"
    "Examples:\n"
    "  mpienc simulate film.h5\n"
    "  mpienc simulate film.h5 --hosts fast:32,slow:8@0.3x4 --link 1Gbit\n"
    "  mpienc simulate film.h5 --lanes 64 --schedule static --kill 3@60\n"
    "\n"
    "Exit status: 0 done, 1 internal error, 2 usage, 3 input, 4 output";

class Parser {
 public:
  Parser() : app_("Predicts how long a recorded job would take on other clusters.") {
    app_.set_help_flag();
    app_.formatter(std::make_shared<SimulateHelp>());
    app_.footer(footer);
    app_.add_option("record", records_);
    group_ = "Cluster";
    value("--lanes", lanes_, "N,N,...", "one row each (1,2,4,...,256, or all of --hosts)");
    value("--hosts", options_.hosts_text, "HOST,...", "its hosts (default: like the record's rank 0)");
    value("--link", link_, "RATE", "of each host, each way (10Gbit)");
    value("--latency", latency_, "TIME", "of the network (50us)");
    value("--kill", lost_, "RANK@SECONDS,...", "lose ranks on the way");
    group_ = "Running";
    value("--schedule", schedule_, "NAME", "steal, dynamic, guided or static (the record's)");
    flag("--csv", options_.csv, "exact figures, separated by commas");
    flag("-h,--help", help_, "this text");
  }

  std::optional<SimulateOptions> parse(int argc, const char* const* argv) {
    check_names(argc, argv);
    if (help_) {
      std::cout << app_.help() << std::flush;
      return std::nullopt;
    }
    try {
      app_.parse(argc, argv);
    } catch (const CLI::ArgumentMismatch& error) {
      const std::string what = error.what();
      refuse(
          fmt::format("{} needs a value (mpienc simulate --help lists all)", what.substr(0, what.find(':'))));
    } catch (const CLI::ParseError& error) {
      refuse(fmt::format("{} (mpienc simulate --help lists all options)", error.what()));
    }
    take_values();
    take_record();
    return std::move(options_);
  }

 private:
  void value(const char* name, std::string& target, const char* type, const char* help) {
    app_.add_option(name, target, help)
        ->type_name(type)
        ->group(group_)
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
  }
  void flag(const char* names, bool& target, const char* help) {
    app_.add_flag(names, target, help)->group(group_)->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
  }

  /// By our own scan, as CLI11 does not say which option was meant.
  void check_names(int argc, const char* const* argv) {
    for (int i = 1; i < argc; ++i) {
      const std::string argument = argv[i];
      if (argument == "--") return;
      if (argument.size() < 2 || argument[0] != '-') continue;
      const std::string name = argument.substr(0, argument.find('='));
      const CLI::Option* option = app_.get_option_no_throw(name);
      if (option == nullptr) unknown(name);
      help_ = help_ || name == "-h" || name == "--help";
      const bool takes_value = option->get_items_expected_min() > 0;
      if (!takes_value && name != argument) refuse(fmt::format("{} takes no value: '{}'", name, argument));
      if (takes_value && name == argument) ++i;
    }
  }

  [[noreturn]] void unknown(const std::string& name) const {
    std::vector<std::string> known;
    for (const CLI::Option* option : app_.get_options()) {
      for (const std::string& longer : option->get_lnames()) known.push_back("--" + longer);
    }
    const std::string nearest = nearest_option(name, known);
    const bool ours = std::ranges::count(known, nearest) > 0;
    refuse(fmt::format("unknown option '{}' of mpienc simulate{} (mpienc simulate --help lists all)", name,
                       ours ? fmt::format("; did you mean {}?", nearest) : ""));
  }

  [[nodiscard]] bool given(const char* name) const { return app_.count(name) > 0; }

  void take_values() {
    if (given("--lanes")) options_.lanes = lane_list(lanes_);
    if (given("--hosts")) options_.hosts = host_list(options_.hosts_text);
    if (given("--link")) options_.link_bytes_per_second = rate_value("--link", link_);
    if (given("--latency")) options_.latency_seconds = time_value("--latency", latency_);
    if (given("--kill")) options_.lost = lost_list(lost_);
    if (given("--schedule")) options_.schedule = schedule_value(schedule_);
    if (!given("--lanes") && !given("--hosts")) options_.lanes = lane_list("1,2,...,256");
  }

  void take_record() {
    if (records_.empty()) {
      refuse("no run record given: mpienc simulate RUN.h5 (mpienc simulate --help tells more)");
    }
    if (records_.size() > 1) {
      refuse(fmt::format(
          "mpienc simulate takes one run record, but '{}' follows '{}'; a file called simulate is "
          "named ./simulate",
          records_[1], records_[0]));
    }
    if (records_.front().empty()) refuse("the run record's name is empty");
    options_.record = records_.front();
  }

  CLI::App app_;
  std::string group_;
  std::vector<std::string> records_;
  std::string lanes_, link_, latency_, lost_, schedule_;
  bool help_ = false;
  SimulateOptions options_;
};

}  // namespace

std::optional<SimulateOptions> parse_simulate_options(int argc, const char* const* argv) {
  return Parser().parse(argc, argv);
}

}  // namespace mpienc::app
