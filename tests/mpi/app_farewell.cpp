#include "lane_tasks.hpp"
#include "mpienc/app/lane_messages.hpp"
#include "mpienc/app/team.hpp"
#include "mpienc/app/worker.hpp"
#include "net_job.hpp"

namespace mpienc::app {
namespace {

using net::Operation;
constexpr int kChunks = 4;
constexpr std::size_t kPayloadBytes = 5'000'000;

/// Quits while tasks are on their way to every rank and, being stolen, from every rank to the next.
void quit_in_full_traffic(net::Transport& transport, net::Wakeup& wakeup) {
  const Setup setup{0, test::lane_settings()};
  const auto settings = std::make_shared<const Bytes>(setup.serialise());
  for (int rank = 1; rank < transport.size(); ++rank)
    transport.send(rank, {Operation::setup, -1, 0, settings});
  const auto payload = std::make_shared<const Bytes>(kPayloadBytes);
  for (int chunk = 0; chunk < kChunks; ++chunk) {
    for (int rank = 1; rank < transport.size(); ++rank) {
      const int thief = rank + 1 < transport.size() ? rank + 1 : 1;
      transport.send(rank, {Operation::task, chunk, 0, payload});
      transport.send(
          rank, {Operation::steal, chunk, 0, std::make_shared<const Bytes>(StealOrder{thief}.serialise())});
    }
  }
  int moved = 0;
  net::run_until(
      transport, [&] { return moved >= transport.size() - 1; },
      [&](const net::Incoming& incoming) {
        moved += incoming.message.operation == Operation::moved ? 1 : 0;
      });
  EXPECT_TRUE(dismiss_team(transport, wakeup).empty()) << "every rank has said bye";
}

void run(net::Transport& transport) {
  net::Wakeup wakeup;
  const StopSignal signal([&wakeup] { wakeup.notify(); });
  if (transport.rank() == 0) {
    quit_in_full_traffic(transport, wakeup);
  } else {
    EXPECT_EQ(run_worker(transport, wakeup, signal, Hello{}), ExitStatus::success);
  }
  EXPECT_TRUE(transport.flushed()) << "rank " << transport.rank();
}

}  // namespace
}  // namespace mpienc::app

int main(int argc, char** argv) { return mpienc::net::run_rank(argc, argv, mpienc::app::run); }
