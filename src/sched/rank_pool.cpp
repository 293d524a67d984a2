#include "mpienc/sched/rank_pool.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "mpienc/core/error.hpp"

namespace mpienc::sched {
namespace {
constexpr double newest_weight = 0.25;
}

/// The first chunks wait for codecs to be loaded too: what is less counts at once.
void RankLoad::learn_delivery(double seconds) {
  delivery = seconds < delivery || delivery == 0 ? seconds : delivery + newest_weight * (seconds - delivery);
}

/// Where credits leave no lane free, nothing is learned of deliveries: what is known fades.
void RankLoad::learn_chunk(double seconds) {
  delivery *= 0.95;
  chunk_seconds = chunk_seconds == 0 ? seconds : chunk_seconds + newest_weight * (seconds - chunk_seconds);
}

/// By simulation of chunks of 2 s: with deliveries of 80 ms lanes lose two fifths less, with 40 ms as much.
/// Shorter ones are what a lane's credit_seconds are for; to send long chunks earlier costs at the end more
/// than it gains.
double RankLoad::lead() const {
  const double noticed = 0.025, deliveries = 20;
  return std::min(deliveries * std::max(0.0, delivery - noticed), chunk_seconds / 2);
}

double RankLoad::begin_behind(int places) const {
  if (places < running) {
    return std::next(finishes.begin(), places)->first;
  }
  return running == 0 ? free_at : std::max(free_at, finishes.rbegin()->first);
}

void RankPool::join(int rank, int lanes, double now) {
  if (lanes < 0) {
    throw Error(ExitStatus::internal, fmt::format("rank {} joined with {} lanes", rank, lanes));
  }
  const auto [it, inserted] = ranks_.try_emplace(rank);
  if (!inserted) {
    throw Error(ExitStatus::internal, fmt::format("rank {} joined twice", rank));
  }
  it->second.lanes = lanes;
  enter(rank, it->second, now);
}

std::optional<RankLoad> RankPool::lose(int rank) {
  const auto it = ranks_.find(rank);
  if (it == ranks_.end()) {
    return std::nullopt;
  }
  leave(rank, it->second);
  std::optional<RankLoad> load = std::move(it->second);
  ranks_.erase(it);
  return load;
}

const RankLoad* RankPool::find(int rank) const {
  const auto it = ranks_.find(rank);
  return it == ranks_.end() ? nullptr : &it->second;
}

std::optional<int> RankPool::most_free() const {
  return free_.empty() ? std::nullopt : std::optional(free_.begin()->second);
}

std::optional<int> RankPool::fastest_free(double mean_pace, int except) const {
  const auto first_but = [except](const auto& order) {
    auto it = order.begin();
    if (it != order.end() && it->second == except) ++it;
    return it;
  };
  const auto known = first_but(free_known_);
  const auto unknown = first_but(free_unknown_);
  if (known != free_known_.end() && (unknown == free_unknown_.end() || -known->first >= mean_pace)) {
    return known->second;
  }
  return unknown == free_unknown_.end() ? std::nullopt : std::optional(unknown->second);
}

std::optional<int> RankPool::room_for_credit() const {
  return creditable_.empty() ? std::nullopt : std::optional(creditable_.begin()->second);
}

std::optional<int> RankPool::victim() const {
  return victims_.empty() ? std::nullopt : std::optional(victims_.rbegin()->second);
}

RankPool::Full RankPool::full() const {
  if (full_lanes_ == 0) {
    return {};
  }
  return {full_lanes_, full_capacity_, full_free_at_ / full_capacity_};
}

void RankPool::enter(int rank, RankLoad& load, double now) {
  if (load.lanes > 0) {
    const double idle = std::max(0, load.lanes - load.running);
    load.free_at = (load.finish_sum + load.waiting_cost / load.speed + idle * now) / load.lanes;
    load.next_begin = load.full() ? load.begin_behind(load.count() - load.lanes) : now;
    load.credit_from = load.next_begin - load.lead();
    load.last_begin = load.count() > load.lanes ? load.begin_behind(load.count() - load.lanes - 1) : now;
  }
  if (const int free = load.free_lanes(); free > 0) {
    free_.emplace(-free, rank);
    if (load.pace) {
      free_known_.emplace(-*load.pace, rank);
    } else {
      free_unknown_.emplace(-free, rank);
    }
  }
  if (load.full() && load.earns_credits() && load.count() < load.lanes + credits_) {
    creditable_.emplace(load.credit_from, rank);
  }
  if (load.full() && load.count() > load.lanes && !load.stealable.empty()) {
    victims_.emplace(load.last_begin, rank);
  }
  count(load, 1);
}

void RankPool::leave(int rank, const RankLoad& load) {
  free_.erase({-load.free_lanes(), rank});
  free_unknown_.erase({-load.free_lanes(), rank});
  free_known_.erase({-load.pace.value_or(0), rank});
  creditable_.erase({load.credit_from, rank});
  victims_.erase({load.last_begin, rank});
  count(load, -1);
}

void RankPool::count(const RankLoad& load, int sign) {
  const int idle = std::max(0, load.lanes - load.running);
  lanes_ += sign * load.lanes;
  busy_ += sign * std::min(load.lanes, load.count());
  idle_ += sign * idle;
  fed_ += sign * std::min(idle, load.count() - load.running);
  if (load.full()) {
    const double capacity = sign * load.lanes * load.speed;
    full_lanes_ += sign * load.lanes;
    full_capacity_ = full_lanes_ == 0 ? 0 : full_capacity_ + capacity;
    full_free_at_ = full_lanes_ == 0 ? 0 : full_free_at_ + capacity * load.free_at;
  }
}

}  // namespace mpienc::sched
