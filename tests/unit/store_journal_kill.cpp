#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "store_journal.hpp"

namespace mpienc::store::test {
namespace {

namespace fs = std::filesystem;
using mpienc::test::Scratch;

Bytes result_of(int chunk) {
  const auto seed = static_cast<unsigned>(chunk);
  return made_bytes(seed * 7919 % 50'000, seed);
}

/// Stores chunks from `first` on and tells each in `pipe` as soon as store() is back, until it is killed.
[[noreturn]] void store_until_killed(const fs::path& folder, int first, int pipe) {
  try {
    Journal journal(folder, one_identity, false);
    for (int chunk = first;; ++chunk) {
      journal.store(chunk, 1000U + static_cast<unsigned>(chunk), result_of(chunk));
      if (::write(pipe, &chunk, sizeof chunk) != sizeof chunk) ::_exit(1);
    }
  } catch (const Error& error) {
    std::fputs(error.what(), stderr);
    ::_exit(2);
  }
}

/// The last chunk that it told before it was killed after `microseconds`; first - 1 for none.
int last_told(const fs::path& folder, int first, unsigned microseconds) {
  std::array<int, 2> ends{};
  EXPECT_EQ(::pipe(ends.data()), 0);
  const auto child = ::fork();
  if (child == 0) store_until_killed(folder, first, ends[1]);
  ::close(ends[1]);
  ::usleep(microseconds);
  ::kill(child, SIGKILL);
  int status = 0;
  ::waitpid(child, &status, 0);
  EXPECT_TRUE(WIFSIGNALED(status)) << "it ended by itself: " << status;
  int last = first - 1;
  for (int chunk = 0; ::read(ends[0], &chunk, sizeof chunk) == sizeof chunk;) last = chunk;
  ::close(ends[0]);
  return last;
}

TEST(JournalKill, AtAnyInstantLosesNoChunkThatWasStored) {
  const Scratch scratch;
  std::mt19937 random(11);
  std::uniform_int_distribution<unsigned> microseconds(0, 40'000);
  int told = 0, folder_number = 0, first = 0;
  for (int round = 0; round < 50; ++round) {
    if (round % 3 == 0) {
      ++folder_number;
      first = 0;
    }
    const auto folder = scratch / std::to_string(folder_number);
    const auto last = last_told(folder, first, microseconds(random));
    told += last - first + 1;
    const Journal journal(folder, one_identity, false);
    ASSERT_GE(journal.restored(), last + 1) << round;
    ASSERT_LE(journal.restored(), last + 2) << round;
    for (int chunk = 0; chunk < journal.restored(); ++chunk) {
      const auto loaded = journal.load(chunk, 1000U + static_cast<unsigned>(chunk));
      ASSERT_TRUE(loaded && *loaded == result_of(chunk)) << "round " << round << ", chunk " << chunk;
    }
    for (const auto& entry : fs::directory_iterator(folder)) {
      ASSERT_NE(entry.path().extension(), ".tmp") << round;
    }
    first = journal.restored();
  }
  RecordProperty("chunks_told", told);
  EXPECT_GT(told, 0) << "no child came so far as to store anything";
}

TEST(JournalKill, OfTheJobThatHoldsTheLockFreesIt) {
  const Scratch scratch;
  std::array<int, 2> ends{};
  ASSERT_EQ(::pipe(ends.data()), 0);
  const auto child = ::fork();
  if (child == 0) store_until_killed(scratch / "j", 0, ends[1]);
  int chunk = -1;
  ASSERT_EQ(::read(ends[0], &chunk, sizeof chunk), static_cast<ssize_t>(sizeof chunk));
  EXPECT_THAT(failure([&] { const Journal journal(scratch / "j", one_identity, false); }).second,
              testing::HasSubstr("another mpienc is at work"));
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
  ::close(ends[0]);
  ::close(ends[1]);
  EXPECT_GE(Journal(scratch / "j", one_identity, false).restored(), 1);
}

}  // namespace
}  // namespace mpienc::store::test
