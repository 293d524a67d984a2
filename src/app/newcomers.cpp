#include "mpienc/app/newcomers.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "mpienc/app/lane_plan.hpp"
#include "mpienc/report/format.hpp"

namespace mpienc::app {

namespace {

using Clock = std::chrono::steady_clock;
constexpr auto patience_with_refused = std::chrono::seconds(2);

std::shared_ptr<const Bytes> shared(Bytes bytes) { return std::make_shared<const Bytes>(std::move(bytes)); }

}  // namespace

std::vector<int> Newcomers::look(double now) {
  for (const int rank : transport_.take_joined()) begin(rank, now);
  for (auto at = pending_.begin(); at != pending_.end();) {
    const auto& [rank, pending] = *at;
    const bool gone = pending.state == State::refused &&
                      (transport_.flushed_to(rank) || Clock::now() > pending.refused_until);
    if (gone) attendance_.part(rank);
    at = gone ? pending_.erase(at) : std::next(at);
  }
  for (const int rank : admitted_) log_.joined(rank, team_, now);
  return std::exchange(admitted_, {});
}

void Newcomers::begin(int rank, double now) {
  const auto place = static_cast<std::size_t>(rank);
  team_.hellos.resize(place + 1);
  team_.lanes.resize(place + 1, 0);
  team_.hellos[place].host = "a new host";
  log_.announced(rank, now);
  attendance_.add(rank);
  pending_.emplace(rank, Pending{});
}

bool Newcomers::take(const net::Incoming& incoming) {
  const auto& [rank, message] = incoming;
  if (!pending_.contains(rank)) return false;
  try {
    hear(rank, message);
  } catch (const Error& error) {
    refuse(rank, error.what());
  } catch (const std::exception& error) {
    refuse(rank,
           fmt::format("what it says is not understood ({}); install the same mpienc there", error.what()));
  }
  return true;
}

void Newcomers::hear(int rank, const net::Message& message) {
  const auto& pending = pending_.at(rank);
  const auto operation = message.operation;
  if (pending.state == State::hello && operation == net::Operation::hello) {
    if (message.payload == nullptr)
      return refuse(rank, "what it said of itself arrived damaged; check its network");
    auto hello = Hello::parse(*message.payload);
    check(rank, hello);
    team_.hellos[static_cast<std::size_t>(rank)] = std::move(hello);
    const auto sample = admission_.sample ? admission_.sample() : std::nullopt;
    if (!sample) return admit(rank);
    pending_.at(rank).state = State::sample;
    transport_.send(rank, {net::Operation::look, -1, 0, shared(sample->serialise())});
  } else if (pending.state == State::sample && operation == net::Operation::seen) {
    const auto why =
        message.payload ? ByteReader(*message.payload).get_string() : "its answer arrived damaged";
    if (why.empty()) return admit(rank);
    refuse(rank, fmt::format("rank {} on {} does not see the job's files: {}", rank,
                             team_.hellos[static_cast<std::size_t>(rank)].host, why));
  } else if (operation == net::Operation::failed && pending.state != State::refused) {
    refuse(rank, message.payload ? Failure::parse(*message.payload).line : "it failed at its start");
  }
}

void Newcomers::check(int rank, const Hello& hello) const {
  require_alike(rank, hello, team_.hellos.front(), admission_.simd);
  const bool settings_use_fma = std::ranges::all_of(team_.hellos.begin(), team_.hellos.begin() + rank,
                                                    [](const Hello& other) { return other.has_fma; });
  if (settings_use_fma && !hello.has_fma) {
    throw Error(ExitStatus::cluster,
                fmt::format("rank {} on {}: its processor lacks fused multiply-add, which this job's "
                            "settings use; leave the host out",
                            rank, hello.host));
  }
  if (!admission_.settings) {
    throw Error(ExitStatus::cluster,
                fmt::format("rank {} on {}: this job has no chunks for other ranks", rank, hello.host));
  }
}

void Newcomers::admit(int rank) {
  pending_.erase(rank);
  const auto place = static_cast<std::size_t>(rank);
  const int lanes = lanes_for(rank);
  team_.lanes[place] = lanes;
  const Setup setup{lanes, *admission_.settings, kCoordinatorLease};
  transport_.send(rank, {net::Operation::setup, -1, 0, shared(setup.serialise())});
  logger_.info("rank {} on {} joins with {}", rank, team_.hellos[place].host, report::counted(lanes, "lane"));
  admitted_.push_back(rank);
}

void Newcomers::refuse(int rank, const std::string& why) {
  logger_.warn("a process that wants to join is sent away: {}", why);
  const Failure failure{ExitStatus::cluster, "the job cannot be joined: " + why};
  transport_.send(rank, {net::Operation::failed, -1, 0, shared(failure.serialise())});
  pending_.at(rank) = {State::refused, Clock::now() + patience_with_refused};
}

/// What the host's other ranks leave, shared with those that were started together with it.
int Newcomers::lanes_for(int rank) const {
  const auto& hello = team_.hellos[static_cast<std::size_t>(rank)];
  const auto wanted = hello.lanes ? hello.lanes : admission_.lanes;
  const auto plan = plan_lanes({{rank, hello.host, hello.processors}}, wanted, admission_.bytes_per_lane);
  for (const auto& line : plan.warnings) logger_.warn(line);
  const int most = plan.lanes.front();
  if (wanted) return most;
  int left = most;
  for (std::size_t other = 0; other < static_cast<std::size_t>(rank); ++other) {
    const bool here = team_.hellos[other].host == hello.host && !lost_.contains(static_cast<int>(other));
    if (here) left -= team_.lanes[other];
  }
  const int together = std::max(1, hello.local_ranks);
  return std::clamp(std::min(left, (most + together - 1) / together), 1, most);
}

}  // namespace mpienc::app
