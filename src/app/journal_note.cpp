#include "mpienc/app/journal_note.hpp"

#include <chrono>
#include <thread>

#include "mpienc/core/error.hpp"

namespace mpienc::app {
namespace {

using namespace std::chrono_literals;

bool wished(const StopSignal& signal) {
  const auto deadline = std::chrono::steady_clock::now() + 200ms;
  while (!signal.received() && std::chrono::steady_clock::now() < deadline) std::this_thread::sleep_for(5ms);
  return signal.wished();
}

}  // namespace

bool isolates_all(const Options& options, const store::Journal* journal, Logger& logger) {
  if (options.isolate) return true;
  if (journal == nullptr || !journal->died()) return false;
  logger.info("the run before did not end in order: this one encodes every chunk in a process of its own");
  return true;
}

bool leaves_no_doubt(const std::exception_ptr& failure, int ranks, const StopSignal& signal,
                     bool doubted_before) {
  try {
    std::rethrow_exception(failure);
  } catch (const Error& error) {
    const bool by_mpi = error.status() == ExitStatus::interrupted && ranks > 1 && !wished(signal);
    const bool crash = error.status() == ExitStatus::codec || by_mpi;
    return !crash && !doubted_before;
  } catch (...) {
    return !doubted_before;
  }
}

}  // namespace mpienc::app
