#include "mpienc/app/farewell.hpp"

#include <new>

#include "mpienc/app/marker.hpp"
#include "mpienc/app/team.hpp"

namespace mpienc::app {

namespace {

constexpr auto patience_with_ranks = std::chrono::seconds(5);
/// Who interrupts a job waits for nobody.
constexpr auto patience_when_interrupted = std::chrono::milliseconds(400);
constexpr auto longest_finalize = std::chrono::seconds(5);
constexpr auto longest_joining = std::chrono::milliseconds(500);

Error error_of(const std::exception_ptr& why) {
  try {
    std::rethrow_exception(why);
  } catch (const Error& error) {
    return error;
  } catch (const std::bad_alloc&) {
    return {ExitStatus::internal, "out of memory; use fewer lanes (--lanes)"};
  } catch (const std::exception& error) {
    return {ExitStatus::internal, error.what()};
  }
}

}  // namespace

Farewell::Farewell(net::Transport& transport, net::Wakeup& wakeup, StopSignal& signal, Logger& logger)
    : transport_(transport), wakeup_(wakeup), logger_(logger), last_act_(signal, [this] {
        tell(Error(ExitStatus::interrupted, "interrupted; nothing was written under the output's name"));
      }) {}

void Farewell::take() {
  taken_ = true;
  write_marker(status_);
  dismiss(patience_with_ranks);
}

void Farewell::take(const std::exception_ptr& why) {
  if (std::exchange(taken_, true)) return;
  const auto error = error_of(why);
  status_ = error.status();
  tell(error);
  dismiss(status_ == ExitStatus::interrupted ? std::chrono::milliseconds(patience_when_interrupted)
                                             : patience_with_ranks);
  transport_.leave(process_status(status_), longest_finalize);
  timer_.emplace(longest_joining, process_status(status_));
}

void Farewell::tell(const Error& why) {
  if (told_.exchange(true)) return;
  logger_.error(why.what());
  write_marker(why.status());
}

void Farewell::dismiss(std::chrono::milliseconds patience) {
  try {
    for (const int rank : dismiss_team(transport_, wakeup_, lost_, patience)) {
      if (status_ == ExitStatus::interrupted) continue;
      logger_.warn("rank {} did not say bye within 5 s; check its host for a process left behind", rank);
    }
  } catch (const Error& error) {
    if (status_ == ExitStatus::success) logger_.warn(error.what());
  }
}

}  // namespace mpienc::app
