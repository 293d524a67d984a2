#include "mpienc/app/drain.hpp"

#include <chrono>
#include <filesystem>
#include <optional>
#include <set>
#include <thread>

#include <fmt/format.h>

#include "command_parser.hpp"
#include "mpienc/app/drain_request.hpp"

namespace mpienc::app {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

/// A job looks once a second; its folder's time may take longer to travel on a network file system.
constexpr auto patience = 15s;

[[noreturn]] void refuse(const std::string& line) { throw Error(ExitStatus::usage, line); }

class DrainHelp : public HelpFormatter {
 public:
  std::string make_usage(const CLI::App*, std::string) const override {
    return "Usage: mpienc drain RANK|HOST... [--job OUTPUT]\n"
           "The running job that makes OUTPUT gives these ranks, or all ranks of these hosts,\n"
           "no more chunks; they finish what they run and leave, and the job goes on.\n\n";
  }
};

constexpr const char* footer =
    "Examples:\n"
    "  mpienc drain 3 --job film.mkv\n"
    "  mpienc drain node17\n"
    "\n"
    "Exit status: 0 the job has heard it, 2 usage, 4 beside OUTPUT nothing can be\n"
    "             written, 6 no job has taken the request";

struct DrainOptions {
  std::vector<std::string> who;
  fs::path output;
};

class Parser : private CommandParser {
 public:
  Parser()
      : CommandParser("mpienc drain", "Lets ranks of a running job go.", std::make_shared<DrainHelp>(),
                      footer) {
    words(options_.who);
    begin_group("Job");
    value("--job", output_, "OUTPUT", "which (default: the one whose journal is here)");
  }

  std::optional<DrainOptions> parse(int argc, const char* const* argv) {
    if (!read(argc, argv)) return std::nullopt;
    if (options_.who.empty())
      refuse("which rank or host? mpienc drain RANK|HOST (mpienc drain --help tells more)");
    for (const auto& who : options_.who) {
      if (who.empty() || who.size() > 256 || who.find('\n') != who.npos)
        refuse("a rank's number or a host's name is wanted");
    }
    options_.output = given("--job") ? fs::path(output_) : only_job_here();
    if (options_.output.empty()) refuse("--job needs a value, not an empty text");
    return std::move(options_);
  }

 private:
  static fs::path only_job_here() {
    std::set<fs::path> jobs;
    std::error_code error;
    for (fs::directory_iterator at(".", error), end; !error && at != end; at.increment(error)) {
      const auto name = at->path().filename();
      if (name.extension() == ".journal" || name.extension() == ".join") jobs.insert(name.stem());
    }
    if (jobs.size() == 1) return *jobs.begin();
    refuse(jobs.empty() ? "no job has its journal in this folder; name its output by --job"
                        : "several jobs have journals in this folder; name one's output by --job");
  }

  std::string output_;
  DrainOptions options_;
};

void wait_until_taken(const std::vector<fs::path>& requests, const fs::path& output) {
  const auto deadline = std::chrono::steady_clock::now() + patience;
  std::error_code error;
  for (const auto& request : requests) {
    while (fs::exists(request, error)) {
      if (std::chrono::steady_clock::now() < deadline) {
        std::this_thread::sleep_for(100ms);
        continue;
      }
      for (const auto& left : requests) fs::remove(left, error);
      throw Error(ExitStatus::cluster,
                  fmt::format("no running job makes '{}': nobody has taken the request for {} s",
                              output.string(), patience.count()));
    }
  }
}

}  // namespace

bool asks_to_drain(int argc, const char* const* argv) {
  return argc > 1 && std::string_view(argv[1]) == "drain";
}

void run_drain(int argc, const char* const* argv) {
  const auto options = Parser().parse(argc - 1, argv + 1);
  if (!options) return;
  std::vector<fs::path> requests;
  for (const auto& who : options->who) requests.push_back(make_drain_request(options->output, who));
  wait_until_taken(requests, options->output);
}

}  // namespace mpienc::app
