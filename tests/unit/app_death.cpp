#include <gmock/gmock.h>

#include <future>

#include "fake_transport.hpp"
#include "mpienc/app/attendance.hpp"
#include "mpienc/app/worker.hpp"

namespace mpienc::app {
namespace {

using net::Operation;
using testing::ElementsAre;
using testing::IsEmpty;

/// Rank 0 of 4.
struct DeathToldByMpi : testing::Test {
  net::Wakeup wakeup;
  StopSignal signal{[this] { wakeup.notify(); }};
  test::FakeTransport transport{0, 4};
};

TEST_F(DeathToldByMpi, NeedsNoLeaseToExpire) {
  Team team;
  team.hellos.resize(4);
  std::set<int> lost;
  const auto logger = make_logger(Verbosity::quiet);
  Attendance attendance(transport, team, lost, *logger);
  EXPECT_THAT(attendance.look(), IsEmpty());
  transport.set_dead(2);
  EXPECT_THAT(attendance.look(), ElementsAre(2));
  EXPECT_THAT(lost, ElementsAre(2));
  EXPECT_THAT(transport.forgotten(), ElementsAre(2));
  EXPECT_TRUE(transport.has_sent(Operation::lost, -1));
  EXPECT_THAT(attendance.look(), IsEmpty()) << "once is enough";
}

TEST_F(DeathToldByMpi, OfRankZeroLetsAWorkerLeave) {
  test::FakeTransport of_rank_2(2, 4);
  auto worker =
      std::async(std::launch::async, [&] { return run_worker(of_rank_2, wakeup, signal, Hello{}); });
  static_cast<void>(of_rank_2.wait_for(Operation::hello, -1));
  of_rank_2.set_dead(1);
  of_rank_2.set_dead(0);
  wakeup.notify();
  EXPECT_EQ(worker.get(), ExitStatus::cluster);
  EXPECT_THAT(of_rank_2.forgotten(), ElementsAre(0));
}

}  // namespace
}  // namespace mpienc::app
