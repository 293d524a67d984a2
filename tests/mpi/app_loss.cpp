#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstring>
#include <map>

#include "lane_tasks.hpp"
#include "mpienc/app/lane_messages.hpp"
#include "mpienc/app/team.hpp"
#include "mpienc/app/worker.hpp"
#include "mpienc/net/heartbeat.hpp"
#include "mpienc/net/lease.hpp"
#include "net_job.hpp"

namespace mpienc::app {
namespace {

using net::Operation;
using Clock = std::chrono::steady_clock;
constexpr std::chrono::seconds kLease{4};
constexpr std::size_t kPayloadBytes = 5'000'000;

/// Keeps long tasks on their way to all ranks and, being stolen, from each to the next, until one is lost.
class Traffic {
 public:
  Traffic(net::Transport& transport, net::Wakeup& wakeup) : transport_(transport), wakeup_(wakeup) {}

  /// Goes on for `least`, and until so many ranks are lost. Returns them and what dismiss_team() returned.
  std::set<int> run(std::size_t losses, std::chrono::seconds least) {
    for (const int rank : net::other_ranks(transport_)) {
      leases_.emplace(rank, kLease);
      const Setup setup{0, test::lane_settings(), kLease};
      transport_.send(rank, {Operation::setup, -1, 0, std::make_shared<const Bytes>(setup.serialise())});
      for (int chunk = 0; chunk < 2; ++chunk) pass_on(rank, chunk);
    }
    const auto start = Clock::now();
    while (lost_.size() < losses || Clock::now() - start < least) step();
    for (const int rank : dismiss_team(transport_, wakeup_, lost_)) lost_.insert(rank);
    return lost_;
  }

 private:
  void pass_on(int rank, int chunk) {
    int thief = rank % (transport_.size() - 1) + 1;
    transport_.send(rank, {Operation::task, chunk, 0, payload_});
    transport_.send(
        rank, {Operation::steal, chunk, 0, std::make_shared<const Bytes>(StealOrder{thief}.serialise())});
  }

  void step() {
    while (const auto incoming = transport_.receive()) {
      if (incoming->from == 0) continue;
      leases_.at(incoming->from).renew();
      if (incoming->message.operation == Operation::moved) pass_on(incoming->from, incoming->message.chunk);
    }
    const auto now = Clock::now();
    for (const int rank : net::other_ranks(transport_, lost_)) {
      if (!leases_.at(rank).expired(now)) continue;
      give_up_rank(transport_, rank, lost_);
      lost_.insert(rank);
    }
    heart_.beat(transport_, net::other_ranks(transport_, lost_), now);
    wakeup_.wait_for(net::Wait(500));
  }

  net::Transport& transport_;
  net::Wakeup& wakeup_;
  std::shared_ptr<const Bytes> payload_ = std::make_shared<const Bytes>(kPayloadBytes);
  net::Heartbeat heart_;
  std::map<int, net::Lease> leases_;
  std::set<int> lost_;
};

int run(int argc, char** argv) {
  net::MpiSession session(argc, argv);
  const auto losses = static_cast<std::size_t>(argc > 1 ? std::atoi(argv[1]) : 0);
  const std::chrono::seconds least(argc > 2 ? std::atoi(argv[2]) : 2);
  net::Wakeup wakeup;
  const StopSignal signal([&wakeup] { wakeup.notify(); });
  const int rank = session.rank();
  auto status = ExitStatus::success;
  {
    net::MpiTransport transport(session);
    std::printf("rank %d pid %d\n", rank, getpid());
    std::fflush(stdout);
    if (rank == 0) {
      for (const int lost : Traffic(transport, wakeup).run(losses, least)) std::printf("lost %d\n", lost);
      std::printf("complete\n");
    } else {
      status = run_worker(transport, wakeup, signal, Hello{});
      std::printf("rank %d leaves with %d\n", rank, static_cast<int>(status));
    }
    std::fflush(stdout);
  }
  session.finalize(static_cast<int>(status));
  return static_cast<int>(status);
}

}  // namespace
}  // namespace mpienc::app

int main(int argc, char** argv) { return mpienc::app::run(argc, argv); }
