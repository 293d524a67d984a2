#include "mpienc/app/join.hpp"

#include <fmt/format.h>

#include "command_parser.hpp"
#include "mpienc/app/join_file.hpp"
#include "mpienc/app/stop_signal.hpp"
#include "mpienc/app/worker.hpp"
#include "mpienc/av/instruction_set.hpp"
#include "mpienc/av/log_capture.hpp"
#include "mpienc/net/door.hpp"
#include "mpienc/net/host.hpp"
#include "mpienc/net/mpi_transport.hpp"
#include "mpienc/net/own_mpi.hpp"
#include "options_values.hpp"

namespace mpienc::app {
namespace {

constexpr auto patience_for_turn = std::chrono::seconds(120);

[[noreturn]] void refuse(const std::string& line) { throw Error(ExitStatus::usage, line); }

class JoinHelp : public HelpFormatter {
 public:
  std::string make_usage(const CLI::App*, std::string) const override {
    return "Usage: mpienc worker --join OUTPUT.join [OPTIONS]\n"
           "Joins a running job of mpienc launch --grow as one rank more and leaves with it.\n"
           "By itself, or as many times as mpirun or srun start it, on any host.\n\n";
  }
};

constexpr const char* footer =
    "Examples:\n"
    "  mpienc worker --join film.mkv.join\n"
    "  mpirun -n 4 --map-by node --bind-to none mpienc worker --join film.mkv.join\n"
    "\n"
    "Exit status: 0 the job has ended or needs it no more, 2 usage, 3 no such file,\n"
    "             6 the job cannot be joined or has fallen silent, 130 stopped";

class Parser : private CommandParser {
 public:
  Parser() : CommandParser("mpienc worker", "Joins a running job.", std::make_shared<JoinHelp>(), footer) {
    words(words_);
    begin_group("Joining");
    value("--join", file_, "FILE", "the job's join file, OUTPUT.join");
    value("--lanes", lanes_, "N", "encoders (default: the processors that are left)");
    flag("-q,--quiet", quiet_, "errors only");
    flag("-v,--verbose", verbose_, "tell more");
  }

  std::optional<JoinOptions> parse(int argc, const char* const* argv) {
    if (!read(argc, argv)) return std::nullopt;
    if (!words_.empty())
      refuse(fmt::format("mpienc worker takes no files, but '{}' is named; see mpienc worker --help",
                         words_[0]));
    if (file_.empty())
      refuse("which job? mpienc worker --join OUTPUT.join (mpienc worker --help tells more)");
    if (quiet_ && verbose_) refuse("--quiet and --verbose contradict each other; choose one");
    JoinOptions options{file_, std::nullopt,
                        quiet_     ? Verbosity::quiet
                        : verbose_ ? Verbosity::verbose
                                   : Verbosity::normal};
    if (given("--lanes")) options.lanes = whole_value("--lanes", lanes_, 1, 4096);
    return options;
  }

 private:
  std::vector<std::string> words_;
  std::string file_, lanes_;
  bool quiet_ = false, verbose_ = false;
};

}  // namespace

bool asks_to_join(int argc, const char* const* argv) {
  return argc > 1 && std::string_view(argv[1]) == "worker";
}

std::optional<JoinOptions> parse_join_options(int argc, const char* const* argv) {
  return Parser().parse(argc, argv);
}

ExitStatus run_join(int argc, char** argv) {
  const auto options = parse_join_options(argc - 1, argv + 1);
  if (!options) return ExitStatus::success;
  const auto logger = make_logger(options->verbosity);
  const auto invitation = read_join_file(options->file);
  const auto together = net::local_place();
  const auto parent = net::launched_by_mpi() ? StopSignal::Parent::mpi : StopSignal::Parent::any;
  net::become_own_mpi_job(invitation.server);
  net::Wakeup wakeup;
  const StopSignal signal([&wakeup] { wakeup.notify(); }, parent);
  // Before MPI starts: with a name server that is gone it would wait for ever.
  net::Doorbell bell(invitation.door, invitation.token);
  net::MpiSession session(argc, argv);
  ExitStatus status = ExitStatus::internal;
  try {
    const auto place = bell.wait_for_turn(patience_for_turn);
    net::MpiTransport transport(session, place);
    av::route_messages(options->verbosity == Verbosity::verbose);
    auto hello = introduce(av::fix_instruction_set(invitation.simd));
    hello.lanes = options->lanes;
    if (together) hello.local_ranks = together->size;
    logger->debug("joined as rank {}", place.rank);
    status = run_worker(transport, wakeup, signal, hello, &*logger);
  } catch (const Error& error) {
    logger->error(error.what());
    status = error.status();
  }
  session.leave_alone(static_cast<int>(status));
}

}  // namespace mpienc::app
