#include "mpienc/sched/release_window.hpp"

#include <fmt/format.h>

#include "mpienc/core/error.hpp"

namespace mpienc::sched {

ReleaseWindow::ReleaseWindow(int size) { resize(size); }

void ReleaseWindow::resize(int size) {
  if (size < 1) {
    throw Error(ExitStatus::internal,
                fmt::format("the release window is {} chunks; it needs at least 1", size));
  }
  size_ = size;
}

void ReleaseWindow::plan(int chunk) {
  if (chunk != planned() || !has_room()) {
    throw Error(ExitStatus::internal,
                fmt::format("chunk {} was planned, but {} is next and the window of {} chunks holds {}",
                            chunk, planned(), size_, done_.size()));
  }
  done_.push_back(false);
}

void ReleaseWindow::finish(int chunk) {
  if (chunk < released_ || chunk >= planned()) {
    throw Error(ExitStatus::internal, fmt::format("chunk {} finished outside the release window [{}, {})",
                                                  chunk, released_, planned()));
  }
  done_[static_cast<std::size_t>(chunk - released_)] = true;
}

std::optional<int> ReleaseWindow::release() {
  if (done_.empty() || !done_.front()) {
    return std::nullopt;
  }
  done_.pop_front();
  return released_++;
}

}  // namespace mpienc::sched
