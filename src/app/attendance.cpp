#include "mpienc/app/attendance.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "mpienc/core/error.hpp"

namespace mpienc::app {

namespace {

/// 1 s gave false alarms on busy hosts; ranks talk once a second.
constexpr auto lease = std::chrono::seconds(10);
constexpr auto worth_a_doubt = std::chrono::seconds(3);
constexpr int most_damaged = 2;

}  // namespace

Attendance::Attendance(net::Transport& transport, const Team& team, std::set<int>& lost, Logger& logger)
    : transport_(transport), team_(team), lost_(lost), logger_(logger) {
  for (const int rank : net::other_ranks(transport)) leases_.emplace(rank, lease);
}

void Attendance::add(int rank) { leases_.emplace(rank, lease); }

void Attendance::part(int rank) {
  leases_.erase(rank);
  give_up_rank(transport_, rank, lost_);
  lost_.insert(rank);
}

void Attendance::heard(int rank) {
  if (const auto found = leases_.find(rank); found != leases_.end()) found->second.renew();
}

std::vector<int> Attendance::look() {
  const auto now = net::Lease::Clock::now();
  std::vector<int> gone;
  for (auto& [rank, left] : leases_) {
    if (left.expired(now) || transport_.dead(rank)) gone.push_back(rank);
  }
  for (const int rank : gone) give_up(rank);
  heartbeat_.beat(transport_, net::other_ranks(transport_, lost_), now);
  return gone;
}

bool Attendance::all_talk() const {
  return std::ranges::all_of(leases_,
                             [](const auto& lease_of) { return lease_of.second.silence() < worth_a_doubt; });
}

void Attendance::give_up(int rank) {
  part(rank);
  const auto what =
      transport_.dead(rank) ? "has died" : fmt::format("has been silent for {} s", lease.count());
  logger_.warn("rank {} on {} {}: its chunks go to other ranks", rank, host(rank), what);
}

void Attendance::damaged(int rank) {
  if (++damaged_[rank] > most_damaged) {
    throw Error(ExitStatus::cluster,
                fmt::format("data to or from rank {} on {} arrives damaged again and again; check "
                            "the network and the memory of that host",
                            rank, host(rank)));
  }
  logger_.warn("data to or from rank {} on {} arrived damaged and is sent again", rank, host(rank));
}

const std::string& Attendance::host(int rank) const {
  return team_.hellos[static_cast<std::size_t>(rank)].host;
}

}  // namespace mpienc::app
