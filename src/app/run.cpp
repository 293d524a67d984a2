#include "mpienc/app/run.hpp"

#include <csignal>
#include <memory>
#include <optional>

#include <malloc.h>

#include "mpienc/app/drain.hpp"
#include "mpienc/app/farewell.hpp"
#include "mpienc/app/growth.hpp"
#include "mpienc/app/handshake.hpp"
#include "mpienc/app/join.hpp"
#include "mpienc/app/launch.hpp"
#include "mpienc/app/marker.hpp"
#include "mpienc/app/marker_keeper.hpp"
#include "mpienc/app/options.hpp"
#include "mpienc/app/run_task.hpp"
#include "mpienc/app/simulate.hpp"
#include "mpienc/app/stop_signal.hpp"
#include "mpienc/app/top.hpp"
#include "mpienc/app/transcode.hpp"
#include "mpienc/app/worker.hpp"
#include "mpienc/av/instruction_set.hpp"
#include "mpienc/av/log_capture.hpp"
#include "mpienc/encode/isolated_chunk.hpp"
#include "mpienc/net/host.hpp"
#include "mpienc/net/local_transport.hpp"
#include "mpienc/net/mpi_transport.hpp"

namespace mpienc::app {

namespace {

/// Options that every rank has parsed alike, or the error that every rank has met alike.
struct CommandLine {
  std::optional<Options> options;
  std::optional<Error> error;
};

CommandLine parse(int argc, char** argv) {
  try {
    return {parse_options(argc, argv), std::nullopt};
  } catch (const Error& error) {
    return {std::nullopt, error};
  }
}

/// Keeps freed chunk payloads from staying in the heaps of many threads: measured, peaks fall and stay flat.
/// A FLAC chunk's 1.8 MB come from the heap all the same, as memory that is mapped anew for each costs a
/// fault per page.
void bound_heap() {
#if defined(__GLIBC__)
  mallopt(M_ARENA_MAX, 2);
  mallopt(M_MMAP_THRESHOLD, 4 << 20);
  mallopt(M_TRIM_THRESHOLD, 8 << 20);
#endif
}

ExitStatus report(const Error& error, Logger& logger) {
  logger.error(error.what());
  return error.status();
}

ExitStatus run_rank_zero(const Options& options, net::Transport& transport, net::Wakeup& wakeup,
                         StopSignal& signal, const Hello& hello, Logger& logger) {
  Farewell farewell(transport, wakeup, signal, logger);
  try {
    if (options.plan_only) {
      print_plan(options, logger);
    } else {
      transcode(options, transport, wakeup, signal, hello, farewell, logger);
    }
    farewell.take();
  } catch (...) {
    farewell.take(std::current_exception());
  }
  return farewell.status();
}

ExitStatus run_alone(const CommandLine& line, StopSignal& signal, net::Wakeup& wakeup) {
  const auto logger = make_logger(line.options ? line.options->verbosity : Verbosity::normal);
  if (line.error) return report(*line.error, *logger);
  if (!line.options) return ExitStatus::success;
  av::route_messages(line.options->verbosity == Verbosity::verbose);
  const auto hello = introduce(av::fix_instruction_set(line.options->simd));
  begin_marker(1);
  net::LocalTransport transport;
  return run_rank_zero(*line.options, transport, wakeup, signal, hello, *logger);
}

ExitStatus run_rank(const CommandLine& line, net::Transport& transport, net::Wakeup& wakeup,
                    StopSignal& signal) {
  const auto logger = make_logger(line.options ? line.options->verbosity : Verbosity::normal);
  if (line.error) {
    return transport.rank() == 0 ? report(*line.error, *logger) : line.error->status();
  }
  if (!line.options) return ExitStatus::success;
  av::route_messages(line.options->verbosity == Verbosity::verbose);
  std::optional<MarkerKeeper> keeper;
  if (transport.rank() == 0) {
    begin_marker(transport.size());
    keeper.emplace();
  }
  const auto hello = introduce(av::fix_instruction_set(line.options->simd));
  if (transport.rank() == 0) return run_rank_zero(*line.options, transport, wakeup, signal, hello, *logger);
  return run_worker(transport, wakeup, signal, hello);
}

}  // namespace

int run(int argc, char** argv) try {
  if (encode::is_isolated_child(argc, argv)) {
    bound_heap();
    return encode::run_isolated_child(run_task);
  }
  std::signal(SIGPIPE, SIG_IGN);
  if (asks_to_simulate(argc, argv)) {
    run_simulate(argc, argv);
    return static_cast<int>(ExitStatus::success);
  }
  if (asks_to_drain(argc, argv)) {
    run_drain(argc, argv);
    return static_cast<int>(ExitStatus::success);
  }
  if (asks_for_top(argc, argv)) return static_cast<int>(run_top(argc, argv));
  if (asks_to_launch(argc, argv)) return static_cast<int>(run_launch(argc, argv));
  bound_heap();
  if (asks_to_join(argc, argv)) return static_cast<int>(run_join(argc, argv));
  net::Wakeup wakeup;
  const bool has_ranks = net::launched_by_mpi();
  StopSignal signal([&wakeup] { wakeup.notify(); },
                    has_ranks ? StopSignal::Parent::mpi : StopSignal::Parent::any);
  if (!has_ranks) {
    return static_cast<int>(run_alone(parse(argc, argv), signal, wakeup));
  }
  // The other ranks would wait in MPI_Init for one that a signal has ended there; launch ends them once it
  // knows.
  std::optional<StopSignal::LastAct> starting(std::in_place, signal,
                                              [] { write_marker(ExitStatus::interrupted); });
  using Joining = net::MpiSession::Joining;
  net::MpiSession session(argc, argv, name_server() ? Joining::allowed : Joining::none);
  starting.reset();
  const auto line = parse(argc, argv);
  ExitStatus status = ExitStatus::internal;
  try {
    net::MpiTransport transport(session);
    status = run_rank(line, transport, wakeup, signal);
  } catch (const Error& error) {
    session.abort(static_cast<int>(report(error, *make_logger(Verbosity::normal))));
  }
  session.finalize(static_cast<int>(status));
  return process_status(status);
} catch (const Error& error) {
  return static_cast<int>(report(error, *make_logger(Verbosity::normal)));
} catch (const std::exception& error) {
  return static_cast<int>(report(Error(ExitStatus::internal, error.what()), *make_logger(Verbosity::normal)));
}

}  // namespace mpienc::app
