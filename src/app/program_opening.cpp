#include "mpienc/app/program_opening.hpp"

#include <utility>

namespace mpienc::app {

ProgramOpening::ProgramOpening(const Options& options, Logger& logger, std::function<void()> wake)
    : thread_([this, &options, &logger, wake = std::move(wake)] {
        try {
          program_.emplace(options.inputs, options.maps, logger, stop_.get_token());
        } catch (...) {
          failure_ = std::current_exception();
        }
        done_ = true;
        wake();
      }) {}

ProgramOpening::~ProgramOpening() {
  stop();
  thread_.join();
}

bool ProgramOpening::done() const {
  if (!done_) return false;
  if (failure_) std::rethrow_exception(failure_);
  return true;
}

}  // namespace mpienc::app
