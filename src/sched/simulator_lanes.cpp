#include "simulator_lanes.hpp"

#include <algorithm>
#include <utility>

namespace mpienc::sched {

Lanes::Lanes(Agenda& agenda, Account& account, const std::vector<SimulatedChunk>& chunks, int rank,
             double rate, Events events)
    : agenda_(agenda),
      account_(account),
      chunks_(chunks),
      rank_(rank),
      rate_(rate),
      events_(std::move(events)),
      lanes_(account.lanes_of(rank)) {}

void Lanes::take(int chunk) {
  const auto runs_it = [&](std::size_t run) { return account_.run(run).chunk == chunk; };
  if (stopped_ || std::ranges::find(waiting_, chunk) != waiting_.end() ||
      std::ranges::any_of(running_, runs_it))
    return;
  waiting_.push_back(chunk);
  tell(begin_waiting());
}

bool Lanes::withdraw(int chunk) { return std::erase(waiting_, chunk) > 0; }

bool Lanes::cancel(int chunk) {
  if (withdraw(chunk)) return true;
  const auto found =
      std::ranges::find_if(running_, [&](std::size_t run) { return account_.run(run).chunk == chunk; });
  if (found == running_.end()) return false;
  const std::size_t run = *found;
  forget(run);
  account_.end(run, agenda_.now(), Outcome::wasted);
  tell(begin_waiting());
  return true;
}

void Lanes::stop() {
  stopped_ = true;
  waiting_.clear();
  for (const std::size_t run : std::exchange(running_, {})) account_.end(run, agenda_.now(), Outcome::dead);
}

std::vector<int> Lanes::begin_waiting() {
  std::vector<int> begun;
  while (!waiting_.empty() && static_cast<int>(running_.size()) < lanes_) {
    const int chunk = waiting_.front();
    waiting_.pop_front();
    const std::size_t run = account_.begin(chunk, rank_, agenda_.now());
    running_.push_back(run);
    agenda_.after(chunks_[static_cast<std::size_t>(chunk)].encode_seconds / rate_,
                  [this, run] { finish(run); });
    begun.push_back(chunk);
  }
  return begun;
}

void Lanes::tell(const std::vector<int>& begun) const {
  for (const int chunk : begun) events_.started(chunk);
}

void Lanes::finish(std::size_t run) {
  if (!forget(run)) return;
  account_.end(run, agenda_.now(), Outcome::undecided);
  const auto begun = begin_waiting();
  events_.done(run);
  tell(begun);
}

bool Lanes::forget(std::size_t run) { return std::erase(running_, run) > 0; }

}  // namespace mpienc::sched
