#include "mpienc/app/team.hpp"

#include <algorithm>
#include <chrono>
#include <optional>

#include <fmt/format.h>

#include "mpienc/app/lane_messages.hpp"
#include "mpienc/app/lane_plan.hpp"
#include "mpienc/net/heartbeat.hpp"
#include "mpienc/net/receive_until.hpp"

namespace mpienc::app {

namespace {

using Clock = std::chrono::steady_clock;
constexpr auto patience = std::chrono::seconds(60);  ///< with hosts that start

struct Gathering {
  std::vector<std::optional<Hello>> hellos;  ///< by rank
  std::set<int> missing;
};

void take(Gathering& gathering, const net::Incoming& incoming, const std::string& simd) {
  const auto& [from, message] = incoming;
  const auto operation = message.operation;
  if (operation != net::Operation::hello && operation != net::Operation::failed) return;
  if (message.payload == nullptr) {
    throw Error(ExitStatus::cluster,
                fmt::format("what rank {} said of itself arrived damaged; check its network, "
                            "then start again",
                            from));
  }
  if (operation == net::Operation::failed) {
    const auto failure = Failure::parse(*message.payload);
    throw Error(failure.status, failure.line);
  }
  auto hello = Hello::parse(*message.payload);
  require_alike(from, hello, *gathering.hellos[0], simd);
  gathering.hellos[static_cast<std::size_t>(from)] = std::move(hello);
  gathering.missing.erase(from);
}

}  // namespace

Team gather_team(net::Transport& transport, net::Wakeup& wakeup, const StopSignal& signal, Hello own,
                 const std::string& simd, const std::function<bool()>& ready) {
  require_alike(0, own, own, simd);
  Gathering gathering{std::vector<std::optional<Hello>>(static_cast<std::size_t>(transport.size())),
                      net::other_ranks(transport)};
  gathering.hellos[0] = std::move(own);
  const auto deadline = Clock::now() + patience;
  net::Backoff backoff;
  net::Heartbeat heart;
  while (!ready() || !gathering.missing.empty()) {
    if (signal.received()) throw Error(ExitStatus::interrupted, "interrupted; nothing was written");
    if (const auto incoming = transport.receive()) {
      backoff.reset();
      take(gathering, *incoming, simd);
      continue;
    }
    for (const int rank : gathering.missing) {
      if (!transport.dead(rank)) continue;
      throw Error(ExitStatus::cluster,
                  fmt::format("rank {} died at the start; check its host, then start again", rank));
    }
    if (!gathering.missing.empty() && Clock::now() > deadline) {
      throw Error(ExitStatus::cluster,
                  fmt::format("{} of {} ranks did not report within 60 s; check hosts and network",
                              gathering.missing.size(), transport.size()));
    }
    heart.beat(transport, net::other_ranks(transport, gathering.missing), Clock::now());
    wakeup.wait_for(net::next_wait(transport, backoff));
  }
  Team team;
  for (auto& hello : gathering.hellos) team.hellos.push_back(std::move(*hello));
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

bool all_have_fma(const Team& team, Logger& logger) {
  const auto with = std::ranges::count_if(team.hellos, [](const Hello& hello) { return hello.has_fma; });
  const auto all = std::ssize(team.hellos);
  if (with > 0 && with < all) {
    logger.warn(
        "{} of {} ranks have processors without fused multiply-add, so all encode without it: a few frames "
        "differ "
        "from those of the flac program",
        all - with, all);
  }
  return with == all;
}

void send_setup(net::Transport& transport, const Team& team, const encode::Settings& settings) {
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

std::vector<int> dismiss_team(net::Transport& transport, net::Wakeup& wakeup, const std::set<int>& lost,
                              std::chrono::milliseconds patience) {
  transport.close_door();
  static_cast<void>(transport.take_joined());
  auto missing = net::other_ranks(transport, lost);
  const auto tell_all = [&](net::Operation operation, const std::set<int>& gone) {
    for (const int rank : net::other_ranks(transport, gone))
      transport.send(rank, {operation, -1, 0, nullptr});
  };
  tell_all(net::Operation::quit, lost);
  net::receive_until(
      transport, wakeup, patience,
      [&] { return std::ranges::all_of(missing, [&](int rank) { return transport.dead(rank); }); },
      [&](const net::Incoming& incoming) {
        if (incoming.message.operation == net::Operation::bye) missing.erase(incoming.from);
      });
  auto gone = lost;
  // With guests MPI does not end in order: the job's own ranks must not wait for it.
  for (const int rank : net::other_ranks(transport, gone)) {
    if (transport.direct(rank)) continue;
    const auto payload = std::make_shared<const Bytes>(LostRank{rank}.serialise());
    for (const int other : net::other_ranks(transport, gone)) {
      if (transport.direct(other)) transport.send(other, {net::Operation::lost, -1, 0, payload});
    }
  }
  for (const int rank : missing) {
    give_up_rank(transport, rank, gone);
    gone.insert(rank);
  }
  tell_all(net::Operation::bye, gone);
  net::receive_until(
      transport, wakeup, patience, [&] { return transport.flushed(); }, [](const net::Incoming&) {});
  return {missing.begin(), missing.end()};
}

}  // namespace mpienc::app
