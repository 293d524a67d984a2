#include "mpienc/app/leavers.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace mpienc::app {

namespace {

using Clock = std::chrono::steady_clock;
/// Until its last word has gone out, and it has gone.
constexpr auto patience_after_bye = std::chrono::seconds(2);

std::optional<int> number_in(std::string_view text) {
  int number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size() ? std::optional(number) : std::nullopt;
}

std::string_view short_name(std::string_view host) { return host.substr(0, host.find('.')); }

}  // namespace

std::vector<int> Leavers::ranks_named(std::string_view who) const {
  std::vector<int> ranks;
  const auto number = number_in(who);
  for (int rank = 0; rank < static_cast<int>(parts_.team.hellos.size()); ++rank) {
    const auto& name = host(rank);
    const bool named = number ? *number == rank : name == who || short_name(name) == who;
    if (named && !parts_.lost.contains(rank)) ranks.push_back(rank);
  }
  return ranks;
}

bool Leavers::may_leave(int rank, bool own_may) const {
  return rank != 0 && (own_may || !parts_.transport.direct(rank));
}

void Leavers::drain(std::string_view who, double now) {
  auto ranks = ranks_named(who);
  if (ranks.empty()) {
    parts_.logger.warn("'{}' cannot be drained: it is no rank and no host of this job", who);
    return;
  }
  std::erase_if(ranks, [this](int rank) { return parts_.scheduler.lanes_of(rank) == 0; });
  if (ranks.empty()) return;
  int lanes = parts_.scheduler.lanes();
  for (const int rank : ranks) lanes -= parts_.scheduler.lanes_of(rank);
  if (lanes <= 0) {
    parts_.logger.warn("'{}' cannot be drained: no other lanes are left that could finish the job", who);
    return;
  }
  for (const int rank : ranks) {
    begin(rank, now);
    const char* then = rank == 0 ? "rank 0 stays as the coordinator"
                       : may_leave(rank, leave_.when_drained)
                           ? "then it leaves"
                           : "then it sleeps to the end, as mpirun lets no rank go";
    parts_.logger.info("rank {} on {} is drained: it finishes what it runs, {}", rank, host(rank), then);
  }
}

void Leavers::begin(int rank, double now) {
  parts_.log.drained(rank, now);
  parts_.scheduler.rank_drained(rank, now);
  const bool leaves = may_leave(rank, leave_.when_drained);
  leaving_.emplace(rank, Leaving{leaves ? State::drained : State::stays, {}});
}

void Leavers::ended(int rank, double now) {
  if (const auto found = leaving_.find(rank);
      found != leaving_.end() && found->second.state != State::drained)
    return;
  parts_.suspects.left(rank);
  parts_.scheduler.rank_lost(rank, now);
  tell(rank, leaving_[rank]);
}

void Leavers::look(double now) {
  release_surplus(now);
  settle(now);
}

void Leavers::settle(double now) {
  for (auto at = leaving_.begin(); at != leaving_.end();) {
    at = move_on(at->first, at->second, now) ? std::next(at) : leaving_.erase(at);
  }
}

void Leavers::finish() {
  for (const auto& [rank, leaving] : leaving_) {
    if (leaving.state == State::dismissed) parts_.attendance.part(rank);
  }
  leaving_.clear();
}

/// False once the rank has gone.
bool Leavers::move_on(int rank, Leaving& leaving, double now) {
  if (leaving.state == State::drained && parts_.scheduler.idle(rank)) {
    parts_.suspects.left(rank);
    parts_.scheduler.rank_lost(rank, now);
    tell(rank, leaving);
  }
  if (leaving.state != State::dismissed) return true;
  if (!parts_.transport.flushed_to(rank) && Clock::now() < leaving.patience) return true;
  parts_.attendance.part(rank);
  parts_.log.left(rank, now);
  parts_.logger.info("rank {} on {} has left", rank, host(rank));
  return false;
}

void Leavers::tell(int rank, Leaving& leaving) {
  if (parts_.digest != nullptr) parts_.digest->lost(rank);
  leaving.state = State::told;
  // Any payload tells that the others stay.
  parts_.transport.send(rank, {net::Operation::quit, -1, 0, std::make_shared<const Bytes>(1)});
}

void Leavers::release_surplus(double now) {
  const auto free_to_go = [this](int rank) {
    return may_leave(rank, leave_.when_surplus) && !leaving_.contains(rank);
  };
  for (const int rank : parts_.scheduler.surplus(free_to_go)) {
    parts_.logger.debug("rank {} on {} is not needed any more", rank, host(rank));
    parts_.log.drained(rank, now);
    parts_.scheduler.rank_drained(rank, now);
    leaving_.emplace(rank, Leaving{});
    return;  // The next one only once the scheduler has looked again.
  }
}

bool Leavers::take(const net::Incoming& incoming) {
  const auto found = leaving_.find(incoming.from);
  if (found == leaving_.end() || found->second.state != State::told) return false;
  if (incoming.message.operation != net::Operation::bye) return false;
  parts_.transport.send(incoming.from, {net::Operation::bye, -1, 0, nullptr});
  found->second = {State::dismissed, Clock::now() + patience_after_bye};
  return true;
}

}  // namespace mpienc::app
