#include "mpienc/app/journal_note.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <thread>

#include "mpienc/core/error.hpp"

namespace mpienc::app {
namespace {

using namespace std::chrono_literals;

/// Of a job that has got that signal; 0: none.
bool no_doubt(ExitStatus status, int ranks, int number, bool doubted_before = false) {
  const StopSignal signal([] {}, StopSignal::Parent::any, 1h);
  if (number != 0) ::kill(::getpid(), number);
  while (number != 0 && !signal.received()) std::this_thread::sleep_for(1ms);
  return leaves_no_doubt(std::make_exception_ptr(Error(status, "why")), ranks, signal, doubted_before);
}

TEST(Doubt, IsLeftWhereAChunkMayHaveBeenWhy) {
  EXPECT_TRUE(no_doubt(ExitStatus::interrupted, 2, SIGUSR1));
  EXPECT_FALSE(no_doubt(ExitStatus::interrupted, 2, SIGTERM))
      << "as where mpirun ends the ranks that have outlived another";
  EXPECT_TRUE(no_doubt(ExitStatus::interrupted, 1, SIGTERM)) << "there is no other rank";
  EXPECT_FALSE(no_doubt(ExitStatus::interrupted, 2, 0))
      << "another rank was told to stop, and nobody says by whom";
  EXPECT_FALSE(no_doubt(ExitStatus::codec, 1, 0));
  EXPECT_TRUE(no_doubt(ExitStatus::output, 2, 0)) << "a full disk is no chunk's fault";
}

TEST(Doubt, StaysUntilAJobIsDone) {
  EXPECT_FALSE(no_doubt(ExitStatus::interrupted, 2, SIGUSR1, true));
  EXPECT_FALSE(no_doubt(ExitStatus::output, 1, 0, true));
}

}  // namespace
}  // namespace mpienc::app
