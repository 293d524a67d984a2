#include "mpienc/app/team.hpp"

#include <algorithm>
#include <chrono>
#include <optional>

#include <fmt/format.h>

#include "mpienc/app/lane_plan.hpp"
#include "mpienc/net/heartbeat.hpp"
#include "mpienc/net/receive_until.hpp"

namespace mpienc::app {

namespace {

using Clock = std::chrono::steady_clock;
constexpr auto patience = std::chrono::seconds(60);
constexpr std::chrono::milliseconds farewell = std::chrono::seconds(5);

}  // namespace

Team gather_team(net::Transport& transport, net::Wakeup& wakeup, const StopSignal& signal, Hello own,
                 const std::string& simd) {
  std::vector<std::optional<Hello>> hellos(static_cast<std::size_t>(transport.size()));
  require_alike(0, own, own, simd);
  hellos[0] = std::move(own);
  int missing = transport.size() - 1;
  const auto deadline = Clock::now() + patience;
  net::Backoff backoff;
  while (missing > 0) {
    if (signal.received()) throw Error(ExitStatus::interrupted, "interrupted; nothing was written");
    if (const auto incoming = transport.receive()) {
      backoff.reset();
      if (incoming->message.operation != net::Operation::hello) continue;
      if (incoming->message.payload == nullptr) {
        throw Error(ExitStatus::cluster, fmt::format("what rank {} said of itself arrived damaged; check its network, "
                                                     "then start again", incoming->from));
      }
      auto hello = Hello::parse(*incoming->message.payload);
      require_alike(incoming->from, hello, *hellos[0], simd);
      hellos[static_cast<std::size_t>(incoming->from)] = std::move(hello);
      --missing;
      continue;
    }
    for (int rank = 1; rank < transport.size(); ++rank) {
      if (hellos[static_cast<std::size_t>(rank)] || !transport.dead(rank)) continue;
      throw Error(ExitStatus::cluster, fmt::format("rank {} died at the start; check its host, then start again", rank));
    }
    if (Clock::now() > deadline) {
      throw Error(ExitStatus::cluster,
                  fmt::format("{} of {} ranks did not report within 60 s; check hosts and network", missing,
                              transport.size()));
    }
    wakeup.wait_for(net::next_wait(transport, backoff));
  }
  Team team;
  for (auto& hello : hellos) team.hellos.push_back(std::move(*hello));
  return team;
}

std::vector<int> plan_team_lanes(const Team& team, std::optional<int> lanes, std::int64_t bytes_per_lane,
                                 Logger& logger) {
  std::vector<RankPlace> places;
  for (std::size_t rank = 0; rank < team.hellos.size(); ++rank) {
    places.push_back({static_cast<int>(rank), team.hellos[rank].host, team.hellos[rank].processors});
  }
  auto plan = plan_lanes(places, lanes, bytes_per_lane);
  for (const auto& line : plan.warnings) logger.warn(line);
  return std::move(plan.lanes);
}

void send_setup(net::Transport& transport, const Team& team, const encode::VideoSettings& settings) {
  for (int rank = 1; rank < transport.size(); ++rank) {
    const Setup setup{team.lanes[static_cast<std::size_t>(rank)], settings, kCoordinatorLease};
    transport.send(rank, {net::Operation::setup, -1, 0, std::make_shared<const Bytes>(setup.serialise())});
  }
}

void give_up_rank(net::Transport& transport, int rank, const std::set<int>& lost) {
  transport.forget(rank);
  const auto payload = std::make_shared<const Bytes>(LostRank{rank}.serialise());
  for (const int other : net::other_ranks(transport, lost)) {
    if (other != rank) transport.send(other, {net::Operation::lost, -1, 0, payload});
  }
}

std::vector<int> dismiss_team(net::Transport& transport, net::Wakeup& wakeup, const std::set<int>& lost) {
  auto missing = net::other_ranks(transport, lost);
  const auto tell_all = [&](net::Operation operation, const std::set<int>& gone) {
    for (const int rank : net::other_ranks(transport, gone)) transport.send(rank, {operation, -1, 0, nullptr});
  };
  tell_all(net::Operation::quit, lost);
  net::receive_until(
      transport, wakeup, farewell,
      [&] { return std::ranges::all_of(missing, [&](int rank) { return transport.dead(rank); }); },
      [&](const net::Incoming& incoming) {
        if (incoming.message.operation == net::Operation::bye) missing.erase(incoming.from);
      });
  auto gone = lost;
  for (const int rank : missing) {
    give_up_rank(transport, rank, gone);
    gone.insert(rank);
  }
  tell_all(net::Operation::bye, gone);
  net::receive_until(
      transport, wakeup, farewell, [&] { return transport.flushed(); }, [](const net::Incoming&) {});
  return {missing.begin(), missing.end()};
}

}  // namespace mpienc::app
