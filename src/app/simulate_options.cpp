#include <fmt/format.h>

#include "command_parser.hpp"
#include "mpienc/app/simulate.hpp"
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

class Parser : private CommandParser {
 public:
  Parser()
      : CommandParser("mpienc simulate", "Predicts how long a recorded job would take on other clusters.",
                      std::make_shared<SimulateHelp>(), footer) {
    words(records_);
    begin_group("Cluster");
    value("--lanes", lanes_, "N,N,...", "one row each (1,2,4,...,256, or all of --hosts)");
    value("--hosts", options_.hosts_text, "HOST,...", "its hosts (default: like the record's rank 0)");
    value("--link", link_, "RATE", "of each host, each way (10Gbit)");
    value("--latency", latency_, "TIME", "of the network (50us)");
    value("--kill", lost_, "RANK@SECONDS,...", "lose ranks on the way");
    begin_group("Running");
    value("--schedule", schedule_, "NAME", "steal, dynamic, guided or static (the record's)");
    flag("--csv", options_.csv, "exact figures, separated by commas");
  }

  std::optional<SimulateOptions> parse(int argc, const char* const* argv) {
    if (!read(argc, argv)) return std::nullopt;
    take_values();
    take_record();
    return std::move(options_);
  }

 private:
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

  std::vector<std::string> records_;
  std::string lanes_, link_, latency_, lost_, schedule_;
  SimulateOptions options_;
};

}  // namespace

std::optional<SimulateOptions> parse_simulate_options(int argc, const char* const* argv) {
  return Parser().parse(argc, argv);
}

}  // namespace mpienc::app
