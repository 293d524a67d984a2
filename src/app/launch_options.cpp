#include <algorithm>
#include <iostream>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "mpienc/app/launch.hpp"
#include "options_help.hpp"
#include "options_values.hpp"

namespace mpienc::app {
namespace {

constexpr int most_ranks = 65536;
constexpr int most_retries = 1000;

[[noreturn]] void refuse(const std::string& line) { throw Error(ExitStatus::usage, line); }

class LaunchHelp : public HelpFormatter {
 public:
  std::string make_usage(const CLI::App*, std::string) const override {
    return "Usage: mpienc launch -n N [OPTIONS] -- INPUT... OUTPUT [MPIENC'S OPTIONS]\n"
           "       mpienc launch -n N --join OUTPUT.join [OPTIONS]\n"
           "Starts mpirun with the options that suit it, tells by a marker beside OUTPUT\n"
           "whether the job was done, removes what a dead job leaves on this host, and\n"
           "starts the job again where it died. What follows -- is mpienc's command line.\n\n";
  }
};

constexpr const char* footer =
    "Examples:\n"
    "  mpienc launch -n 4 -- film.vob film.mkv --crf 20\n"
    "  mpienc launch -n 8 --hostfile hosts --retries 5 -- VTS_01_*.VOB film.mkv\n"
    "  mpienc launch -n 8 --mpirun-arg=--mca --mpirun-arg=btl_tcp_if_include \\\n"
    "    --mpirun-arg=eth0 -- film.vob film.mkv\n"
    "\n"
    "Exit status: that of the job (0 done, 1 internal error, 2 usage, 3 input,\n"
    "             4 output, 5 codec); 6 died in spite of restarts, 130 interrupted";

class Parser {
 public:
  Parser() : app_("Runs a job under mpirun to its end, restarts included.") {
    app_.set_help_flag();
    app_.formatter(std::make_shared<LaunchHelp>());
    app_.footer(footer);
    group_ = "Starting";
    value("-n,--ranks", ranks_, "N", "ranks to start");
    value("--hostfile", hostfile_, "FILE", "the hosts, in mpirun's form (default: this host)");
    value("--mpirun", options_.mpirun, "PATH", "the mpirun to use (default: by PATH)");
    app_.add_option("--mpirun-arg", options_.mpirun_arguments, "one more word for mpirun (repeatable)")
        ->type_name("ARG")
        ->group(group_)
        ->allow_extra_args(false);
    group_ = "Running";
    app_.add_flag("--grow", options_.grow, "one host; more ranks may join, by OUTPUT.join")->group(group_);
    value("--join", join_, "FILE", "add these ranks to the running job of FILE");
    value("--retries", retries_, "R", "restarts of a job that died (2)");
    app_.add_flag("-h,--help", help_, "this text")->group(group_);
  }

  std::optional<LaunchOptions> parse(int argc, const char* const* argv) {
    const int end = own_words(argc, argv);
    if (help_) {
      std::cout << app_.help() << std::flush;
      return std::nullopt;
    }
    try {
      app_.parse(end, argv);
    } catch (const CLI::ArgumentMismatch& error) {
      const std::string what = error.what();
      refuse(
          fmt::format("{} needs a value (mpienc launch --help lists all)", what.substr(0, what.find(':'))));
    } catch (const CLI::ParseError& error) {
      refuse(fmt::format("{} (mpienc launch --help lists all options)", error.what()));
    }
    take_values();
    const bool dashes = end < argc && std::string_view(argv[end]) == "--";
    options_.job.assign(argv + end + (dashes ? 1 : 0), argv + argc);
    check_join();
    return std::move(options_);
  }

 private:
  void value(const char* names, std::string& target, const char* type, const char* help) {
    app_.add_option(names, target, help)
        ->type_name(type)
        ->group(group_)
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
  }

  /// The end of launch's own words: "--" or the first that is no option. Checks their names on the way, as
  /// CLI11 does not say which option was meant.
  int own_words(int argc, const char* const* argv) {
    int at = 1;
    for (; at < argc; ++at) {
      const std::string argument = argv[at];
      if (argument == "--" || argument.size() < 2 || argument[0] != '-') break;
      const std::string name = argument.substr(0, argument.find('='));
      const CLI::Option* option = app_.get_option_no_throw(name);
      if (option == nullptr) unknown(name);
      help_ = help_ || name == "-h" || name == "--help";
      const bool takes_value = option->get_items_expected_min() > 0;
      if (!takes_value && name != argument) refuse(fmt::format("{} takes no value: '{}'", name, argument));
      if (takes_value && name == argument) ++at;
    }
    return std::min(at, argc);
  }

  [[noreturn]] void unknown(const std::string& name) const {
    if (name == "-np" || name == "--np")
      refuse(fmt::format("unknown option '{}' of mpienc launch; did you mean -n?", name));
    std::vector<std::string> known;
    for (const CLI::Option* option : app_.get_options()) {
      for (const std::string& longer : option->get_lnames()) known.push_back("--" + longer);
    }
    const std::string nearest = nearest_option(name, known);
    refuse(fmt::format(
        "unknown option '{}' of mpienc launch{} (mpienc's own follow --; mpienc launch --help lists all)",
        name, std::ranges::count(known, nearest) > 0 ? fmt::format("; did you mean {}?", nearest) : ""));
  }

  void take_values() {
    if (app_.count("-n") == 0)
      refuse("how many ranks? mpienc launch -n N -- INPUT... OUTPUT (mpienc launch --help tells more)");
    options_.ranks = whole_value("-n", ranks_, 1, most_ranks);
    if (app_.count("--retries") > 0) options_.retries = whole_value("--retries", retries_, 0, most_retries);
    if (options_.mpirun.empty()) refuse("--mpirun needs a value, not an empty text");
    if (app_.count("--hostfile") > 0) take_hostfile();
  }

  void check_join() {
    if (app_.count("--join") == 0) return;
    if (join_.empty()) refuse("--join needs a value, not an empty text");
    if (options_.grow)
      refuse("--grow and --join contradict each other; a job that ranks join was started with --grow");
    if (!options_.job.empty() && options_.job.front().substr(0, 1) != "-") {
      refuse(fmt::format("--join adds ranks to a job that runs, so no files are named: '{}'",
                         options_.job.front()));
    }
    options_.join = join_;
  }

  void take_hostfile() {
    std::error_code ignored;
    if (!std::filesystem::exists(hostfile_, ignored) || std::filesystem::is_directory(hostfile_, ignored)) {
      refuse(fmt::format("--hostfile '{}' is not a file; name one with a host per line", hostfile_));
    }
    options_.hostfile = hostfile_;
  }

  CLI::App app_;
  std::string group_;
  std::string ranks_, hostfile_, retries_, join_;
  bool help_ = false;
  LaunchOptions options_;
};

}  // namespace

bool asks_to_launch(int argc, const char* const* argv) {
  return argc > 1 && std::string_view(argv[1]) == "launch";
}

std::optional<LaunchOptions> parse_launch_options(int argc, const char* const* argv) {
  return Parser().parse(argc, argv);
}

}  // namespace mpienc::app
