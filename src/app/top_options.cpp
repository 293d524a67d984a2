#include <string_view>

#include <fmt/format.h>

#include "command_parser.hpp"
#include "mpienc/app/top.hpp"

namespace mpienc::app {
namespace {

[[noreturn]] void refuse(const std::string& line) { throw Error(ExitStatus::usage, line); }

class TopHelp : public HelpFormatter {
 public:
  std::string make_usage(const CLI::App*, std::string) const override {
    return "Usage: mpienc top [OPTIONS] [JOB...]\n"
           "JOB is an output, a status file (OUTPUT.status), or a folder, whose status files\n"
           "are shown; default: this folder. Only files are read: it may run on any host.\n\n";
  }
};

constexpr const char* footer =
    "Keys: arrows select, Tab changes the table, s sorts it, d drains the selected\n"
    "rank (it ends what it runs and gets no more), ? helps, q quits.\n"
    "\n"
    "Examples:\n"
    "  mpienc top\n"
    "  mpienc top film.mkv ~/Lossy\n"
    "  mpienc top --json -r /films | jq '.[] | [.job.output, .progress.eta]'\n"
    "\n"
    "Exit status: 0 done, 2 usage, 3 no job found, 4 output, 130 stopped by a signal";

class Parser : private CommandParser {
 public:
  Parser()
      : CommandParser("mpienc top", "Shows running jobs and their ranks.", std::make_shared<TopHelp>(),
                      footer) {
    words(words_);
    begin_group("Options");
    flag("-r,--recursive", options_.recursive, "look into the folders below as well");
    flag("--once", once_, "print plain text and end");
    flag("--json", json_, "print the status files as one array and end");
  }

  std::optional<TopOptions> parse(int argc, const char* const* argv) {
    if (!read(argc, argv)) return std::nullopt;
    if (once_ && json_) refuse("--once and --json contradict each other; choose one");
    if (once_) options_.form = TopOptions::Form::text;
    if (json_) options_.form = TopOptions::Form::json;
    for (const auto& word : words_) {
      if (word.empty()) refuse("the name of a job is empty");
      options_.words.emplace_back(word);
    }
    if (options_.words.empty()) options_.words.emplace_back(".");
    return std::move(options_);
  }

 private:
  std::vector<std::string> words_;
  bool once_ = false, json_ = false;
  TopOptions options_;
};

}  // namespace

bool asks_for_top(int argc, const char* const* argv) {
  return argc > 1 && std::string_view(argv[1]) == "top";
}

std::optional<TopOptions> parse_top_options(int argc, const char* const* argv) {
  return Parser().parse(argc, argv);
}

}  // namespace mpienc::app
