#include "mpienc/app/journal_warning.hpp"

#include <utility>

namespace mpienc::app {

namespace {

/// A disk too full for the journal is mostly too full for the output: then that is the one thing to say.
constexpr double patience = 5;

}  // namespace

void JournalWarning::look(double now) {
  if (auto reason = shelf_.journal_failure()) {
    failure_ = std::move(*reason);
    failed_at_ = now;
  }
  if (failure_.empty() || now < failed_at_ + patience) return;
  log_.warned(now);
  logger_.warn("{}; the job goes on, but chunks that it finishes from here on are lost if it is killed",
               std::exchange(failure_, {}));
}

}  // namespace mpienc::app
