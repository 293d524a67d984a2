#include "mpienc/net/door.hpp"

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <functional>
#include <future>
#include <list>
#include <map>
#include <mutex>
#include <set>
#include <thread>

#include "mpienc/core/cpu_clock.hpp"
#include "mpienc/core/error.hpp"
#include "mpienc/net/own_mpi.hpp"

namespace mpienc::net {
namespace {

using namespace std::chrono_literals;

/// What became of the entries, by rank.
struct Hall {
  std::mutex mutex;
  std::map<int, bool> may_finish;
  std::set<int> in_at_last;  ///< ranks whose guests come in between the last look and their being sent off
  std::vector<int> opened, abandoned;

  void let(int rank) {
    const std::lock_guard lock(mutex);
    may_finish[rank] = true;
  }
  template <class Value>
  Value get(Value Hall::*value) {
    const std::lock_guard lock(mutex);
    return this->*value;
  }
};

class FakeEntry final : public Entry {
 public:
  FakeEntry(Hall& hall, int rank) : hall_(hall), rank_(rank) {
    const std::lock_guard lock(hall.mutex);
    hall.opened.push_back(rank);
  }
  [[nodiscard]] std::string name() const override { return "port of " + std::to_string(rank_); }
  [[nodiscard]] bool done() override {
    const std::lock_guard lock(hall_.mutex);
    return hall_.may_finish[rank_];
  }
  [[nodiscard]] bool abandon() override {
    const std::lock_guard lock(hall_.mutex);
    hall_.abandoned.push_back(rank_);
    return hall_.in_at_last.contains(rank_);
  }

 private:
  Hall& hall_;
  int rank_;
};

class SilentCaller {
 public:
  SilentCaller() : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {}
  explicit SilentCaller(int port) : SilentCaller() { connect(port); }
  void connect(int port) {
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    to.sin_port = htons(static_cast<std::uint16_t>(port));
    EXPECT_EQ(::connect(socket_, reinterpret_cast<const sockaddr*>(&to), sizeof to), 0);
  }
  ~SilentCaller() { ::close(socket_); }
  SilentCaller(const SilentCaller&) = delete;
  SilentCaller& operator=(const SilentCaller&) = delete;

 private:
  int socket_;
};

/// While alive this process gets no further descriptor.
class NoDescriptorLeft {
 public:
  NoDescriptorLeft() {
    const int next = ::dup(STDERR_FILENO);
    ::close(next);
    ::getrlimit(RLIMIT_NOFILE, &before_);
    const rlimit limit{static_cast<rlim_t>(next), before_.rlim_max};
    EXPECT_EQ(::setrlimit(RLIMIT_NOFILE, &limit), 0);
  }
  ~NoDescriptorLeft() { ::setrlimit(RLIMIT_NOFILE, &before_); }
  NoDescriptorLeft(const NoDescriptorLeft&) = delete;
  NoDescriptorLeft& operator=(const NoDescriptorLeft&) = delete;

 private:
  rlimit before_{};
};

class DoorTest : public testing::Test {
 protected:
  [[nodiscard]] DoorAddress address() const { return {{"127.0.0.1"}, door.address().port}; }
  template <class Condition>
  static void wait_until(Condition condition) {
    for (int looks = 0; looks < 3000 && !condition(); ++looks) std::this_thread::sleep_for(10ms);
    ASSERT_TRUE(condition());
  }
  static std::string refusal(const std::function<void()>& visit) {
    try {
      visit();
    } catch (const Error& error) {
      EXPECT_EQ(error.status(), ExitStatus::cluster);
      return error.what();
    }
    return "taken";
  }

  Hall hall;
  std::atomic<int> woken = 0;
  Door door{"secret", 4, [this](int rank) { return std::make_unique<FakeEntry>(hall, rank); },
            [this] { ++woken; }};
};

TEST_F(DoorTest, LetsGuestsInOneAfterAnotherInRanksWithoutGaps) {
  Doorbell first(address(), "secret"), second(address(), "secret");
  auto one = std::async(std::launch::async, [&] { return first.wait_for_turn(60s); });
  EXPECT_EQ(one.get().rank, 4);
  auto two = std::async(std::launch::async, [&] { return second.wait_for_turn(60s); });
  EXPECT_EQ(two.wait_for(300ms), std::future_status::timeout) << "the first is still on its way";
  hall.let(4);
  const auto place = two.get();
  EXPECT_EQ(place.rank, 5);
  EXPECT_EQ(place.entry, "port of 5");
  hall.let(5);
  wait_until([&] { return woken == 2; });
  EXPECT_EQ(hall.get(&Hall::abandoned), std::vector<int>{});
}

TEST_F(DoorTest, GivesTheRankOfAGuestThatDiesHalfwayToTheNext) {
  {
    Doorbell dying(address(), "secret");
    EXPECT_EQ(dying.wait_for_turn(60s).rank, 4);
  }
  Doorbell next(address(), "secret");
  EXPECT_EQ(next.wait_for_turn(60s).rank, 4);
  EXPECT_EQ(hall.get(&Hall::abandoned), std::vector{4});
  EXPECT_EQ(hall.get(&Hall::opened), (std::vector{4, 4}));
  EXPECT_EQ(woken, 0);
}

TEST_F(DoorTest, GivesNoRankTwiceWhereAGuestComesInAsItIsSentOff) {
  {
    Doorbell late(address(), "secret");
    EXPECT_EQ(late.wait_for_turn(60s).rank, 4);
    const std::lock_guard lock(hall.mutex);
    hall.in_at_last.insert(4);
  }
  Doorbell next(address(), "secret");
  EXPECT_EQ(next.wait_for_turn(60s).rank, 5);
  EXPECT_EQ(woken, 1);
}

TEST_F(DoorTest, HearsWhoKnowsTheTokenAmidACrowdThatKeepsSilent) {
  std::list<SilentCaller> crowd;
  for (int i = 0; i < 300; ++i) crowd.emplace_back(door.address().port);
  Doorbell guest(address(), "secret");
  EXPECT_EQ(guest.wait_for_turn(60s).rank, 4);
}

TEST_F(DoorTest, RestsWhileThereIsNoDescriptorForAGuest) {
  SilentCaller caller;
  {
    const NoDescriptorLeft limit;
    caller.connect(door.address().port);
    const double before = process_cpu_seconds();
    std::this_thread::sleep_for(500ms);
    EXPECT_LT(process_cpu_seconds() - before, 0.25) << "it asks again without a pause";
  }
  Doorbell guest(address(), "secret");
  EXPECT_EQ(guest.wait_for_turn(60s).rank, 4);
}

TEST_F(DoorTest, OneThatDiesBeforeItsTurnKeepsNobodyWaiting) {
  auto dying = std::make_unique<Doorbell>(address(), "secret");
  Doorbell first(address(), "secret");
  EXPECT_EQ(first.wait_for_turn(60s).rank, 4);
  dying.reset();
  hall.let(4);
  Doorbell next(address(), "secret");
  EXPECT_EQ(next.wait_for_turn(60s).rank, 5);
}

TEST_F(DoorTest, TurnsAwayWhoDoesNotKnowTheToken) {
  EXPECT_EQ(refusal([&] { Doorbell(address(), "guess"); }),
            "the job cannot be joined: another job runs there, or another mpienc");
}

TEST(ClosedDoor, TellsTheGuestsThatWait) {
  Hall hall;
  auto door = std::make_unique<Door>(
      "secret", 1, [&](int rank) { return std::make_unique<FakeEntry>(hall, rank); }, [] {});
  const DoorAddress address{{"127.0.0.1"}, door->address().port};
  Doorbell guest(address, "secret");
  door.reset();
  std::string why;
  try {
    static_cast<void>(guest.wait_for_turn(60s));
  } catch (const Error& error) {
    why = error.what();
  }
  EXPECT_EQ(why, "the job cannot be joined: the job has ended");
  EXPECT_THROW(Doorbell(address, "secret"), Error) << "nobody is there any more";
}

TEST(Launchers, AreForgottenButNotWhatUsersSetOfNetworks) {
  for (const char* name : {"OMPI_COMM_WORLD_RANK", "PMIX_NAMESPACE", "OMPI_MCA_ess", "SLURM_STEPID",
                           "PMI_RANK", "OMPI_MCA_orte_hnp_uri", "MPI_LOCALRANKID"}) {
    EXPECT_TRUE(ties_to_launcher(name)) << name;
  }
  for (const char* name : {"OMPI_MCA_btl_tcp_if_include", "OMPI_MCA_oob_tcp_if_include",
                           "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM", "PATH", "OMPI_MCA_btl"}) {
    EXPECT_FALSE(ties_to_launcher(name)) << name;
  }
}

}  // namespace
}  // namespace mpienc::net
