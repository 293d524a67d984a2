#include <gtest/gtest.h>

#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdio>
#include <thread>

#include "mpienc/app/stop_signal.hpp"
#include "mpienc/core/error.hpp"

namespace mpienc::app {
namespace {

using namespace std::chrono_literals;
using testing::ExitedWithCode;

constexpr int kInterrupted = static_cast<int>(ExitStatus::interrupted);
constexpr auto kNever = 1h;

void say(const char* word) { std::fputs(word, stderr); }

/// A process that would never end by itself.
[[noreturn]] void hang() {
  std::this_thread::sleep_for(5min);
  _exit(99);
}

void send(int number) { ::kill(::getpid(), number); }

class StopSignalDeath : public testing::TestWithParam<int> {
 protected:
  void SetUp() override { GTEST_FLAG_SET(death_test_style, "threadsafe"); }
};

INSTANTIATE_TEST_SUITE_P(Signals, StopSignalDeath,
                         testing::Values(SIGINT, SIGTERM, SIGHUP, SIGUSR1, SIGUSR2));

TEST_P(StopSignalDeath, EndsAProcessThatHangsAfterItsLastActsNewestFirst) {
  EXPECT_EXIT(
      {
        StopSignal signal([] {}, StopSignal::Parent::any, 100ms);
        const StopSignal::LastAct first(signal, [] { say("first"); });
        const StopSignal::LastAct second(signal, [] { say("second "); });
        {
          const StopSignal::LastAct over(signal, [] { say("over"); });
        }
        send(GetParam());
        hang();
      },
      ExitedWithCode(kInterrupted), "^second first$");
}

TEST_P(StopSignalDeath, TellsAWishFromWhatMpirunSendsToo) {
  EXPECT_EXIT(
      {
        StopSignal signal([] {}, StopSignal::Parent::any, kNever);
        send(GetParam());
        while (!signal.received()) std::this_thread::sleep_for(1ms);
        _exit(signal.wished() ? 1 : 0);
      },
      ExitedWithCode(GetParam() == SIGUSR1 || GetParam() == SIGUSR2 ? 1 : 0), "");
}

TEST_F(StopSignalDeath, ALastActThatHangsHoldsUpNothing) {
  EXPECT_EXIT(
      {
        StopSignal signal([] {}, StopSignal::Parent::any, 10ms);
        const StopSignal::LastAct act(signal, [] { hang(); });
        send(SIGTERM);
        hang();
      },
      ExitedWithCode(kInterrupted), "");
}

TEST_F(StopSignalDeath, ASecondIntIsImmediate) {
  EXPECT_EXIT(
      {
        StopSignal signal([] {}, StopSignal::Parent::any, kNever);
        const StopSignal::LastAct act(signal, [] { say("act"); });
        send(SIGTERM);
        std::this_thread::sleep_for(300ms);
        send(SIGINT);
        hang();
      },
      ExitedWithCode(kInterrupted), "^act$");
}

TEST_F(StopSignalDeath, OneWishSentTwiceAndOtherSignalsLeaveTheTimeToEndInOrder) {
  EXPECT_EXIT(
      {
        StopSignal signal([] {}, StopSignal::Parent::any, kNever);
        for (const int number : {SIGINT, SIGINT, SIGTERM, SIGUSR1}) {
          send(number);
          std::this_thread::sleep_for(20ms);
        }
        std::this_thread::sleep_for(300ms);
        send(SIGTERM);
        std::this_thread::sleep_for(300ms);
        _exit(signal.received() ? 0 : 1);
      },
      ExitedWithCode(0), "");
}

TEST_F(StopSignalDeath, AFinishedJobIsNotInterruptedAnyMore) {
  EXPECT_EXIT(
      {
        StopSignal signal([] { say("woken"); }, StopSignal::Parent::any, 10ms);
        const StopSignal::LastAct act(signal, [] { say("act"); });
        if (!signal.finish()) _exit(1);
        send(SIGTERM);
        std::this_thread::sleep_for(300ms);
        if (signal.received()) _exit(2);
        send(SIGINT);
        hang();
      },
      ExitedWithCode(0), "^$");
}

TEST_F(StopSignalDeath, AnInterruptedJobIsNotFinished) {
  EXPECT_EXIT(
      {
        StopSignal signal([] {}, StopSignal::Parent::any, kNever);
        send(SIGHUP);
        while (!signal.received()) std::this_thread::sleep_for(1ms);
        _exit(signal.finish() ? 1 : 0);
      },
      ExitedWithCode(0), "");
}

/// Exits with 1 where a CONT of its parent counted, else with 0.
[[noreturn]] void await_cont(StopSignal::Parent parent) {
  StopSignal signal([] {}, parent, kNever);
  std::this_thread::sleep_for(1500ms);
  _exit(signal.received() ? 1 : 0);
}

[[noreturn]] void send_cont(StopSignal::Parent parent, bool stop_first) {
  const pid_t child = ::fork();
  if (child == 0) await_cont(parent);
  std::this_thread::sleep_for(300ms);
  if (stop_first) {
    ::kill(child, SIGSTOP);
    std::this_thread::sleep_for(600ms);
  }
  ::kill(child, SIGCONT);
  int status = 0;
  ::waitpid(child, &status, 0);
  _exit(WIFEXITED(status) ? WEXITSTATUS(status) : 99);
}

TEST_F(StopSignalDeath, AContOfOpenMpisDaemonIsTheWordToLeave) {
  EXPECT_EXIT(send_cont(StopSignal::Parent::mpi, false), ExitedWithCode(1), "");
}

TEST_F(StopSignalDeath, AContThatWakesAStoppedProcessDoesNotCount) {
  EXPECT_EXIT(send_cont(StopSignal::Parent::mpi, true), ExitedWithCode(0), "");
}

TEST_F(StopSignalDeath, AContOfAShellDoesNotCount) {
  EXPECT_EXIT(send_cont(StopSignal::Parent::any, false), ExitedWithCode(0), "");
}

}  // namespace
}  // namespace mpienc::app
