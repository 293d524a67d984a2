#include "mpienc/sched/scheduler.hpp"

#include <fmt/format.h>

#include <utility>

#include "mpienc/core/error.hpp"

namespace mpienc::sched {

Scheduler::Scheduler(Limits limits) : credits_(limits.credits), window_(limits.window) {
  if (limits.credits < 0) {
    throw Error(ExitStatus::internal, fmt::format("{} credits per rank; it takes 0 or more", limits.credits));
  }
}

void Scheduler::rank_joined(int rank, int lanes) {
  pool_.join(rank, lanes);
  assign();
}

void Scheduler::rank_lost(int rank) {
  queue_.merge(pool_.lose(rank));
  assign();
}

void Scheduler::chunk_planned(int chunk) {
  if (plan_complete_) {
    throw Error(ExitStatus::internal, fmt::format("chunk {} was planned after the end of the plan", chunk));
  }
  window_.plan(chunk);
  queue_.insert(chunk);
  assign();
}

void Scheduler::plan_complete() {
  plan_complete_ = true;
  finish_when_all_released();
}

bool Scheduler::chunk_finished(int chunk, int rank) {
  if (chunk < 0 || chunk >= planned()) {
    throw Error(ExitStatus::internal,
                fmt::format("rank {} finished chunk {}, but only {} are planned", rank, chunk, planned()));
  }
  if (!pool_.take_back(rank, chunk)) {
    return false;
  }
  window_.finish(chunk);
  assign();
  release();
  finish_when_all_released();
  return true;
}

bool Scheduler::wants_chunk() const { return !plan_complete_ && window_.has_room(); }

std::vector<Command> Scheduler::take_commands() { return std::exchange(commands_, {}); }

void Scheduler::assign() {
  while (!queue_.empty()) {
    const auto rank = pool_.least_loaded(credits_);
    if (!rank) {
      return;
    }
    const int chunk = queue_.extract(queue_.begin()).value();
    pool_.give(*rank, chunk);
    commands_.emplace_back(Assign{chunk, *rank});
  }
}

void Scheduler::release() {
  while (const auto chunk = window_.release()) {
    commands_.emplace_back(Release{*chunk});
  }
}

void Scheduler::finish_when_all_released() {
  if (plan_complete_ && !finished_ && released() == planned()) {
    finished_ = true;
    commands_.emplace_back(Finished{});
  }
}

}  // namespace mpienc::sched
