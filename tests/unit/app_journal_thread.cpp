#include "mpienc/app/journal_thread.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "store_journal.hpp"

namespace mpienc::app {
namespace {

using namespace std::chrono_literals;
namespace fs = std::filesystem;
using mpienc::test::Scratch;
using testing::Eq;
using testing::HasSubstr;
using testing::Optional;

std::shared_ptr<const ChunkResult> result_of(int chunk) {
  FlacChunk flac;
  flac.frames.resize(1000);
  ChunkResult result;
  result.index = chunk;
  result.data = std::move(flac);
  return std::make_shared<const ChunkResult>(std::move(result));
}

class JournalThreadTest : public testing::Test {
 protected:
  /// The thread has stored chunk 0, which then cannot be opened any more.
  void store_and_break(JournalThread& storing) {
    storing.store(result_of(0), {journal, 0, 7});
    for (int looks = 0; looks < 6000 && !storing.try_stored(); ++looks) std::this_thread::sleep_for(10ms);
    ASSERT_EQ(storing.count(), 1);
    const auto file = scratch / "j" / "chunk-000000.h5";
    fs::remove(file);
    fs::create_symlink(file, file);
  }

  Scratch scratch;
  std::shared_ptr<store::Journal> journal =
      std::make_shared<store::Journal>(scratch / "j", store::test::one_identity, false);
  JournalThread thread{[] {}};
};

TEST_F(JournalThreadTest, StoresWhatItIsGiven) {
  thread.store(result_of(3), {journal, 3, 7});
  thread.finish();
  EXPECT_THAT(thread.try_stored(), Optional(3));
  EXPECT_EQ(thread.backlog(), 0);
  EXPECT_EQ(thread.failure(), std::nullopt);
  const auto bytes = journal->load(3, 7);
  ASSERT_TRUE(bytes);
  EXPECT_EQ(ChunkResult::parse(*bytes).payload_bytes(), 1000);
}

TEST_F(JournalThreadTest, AtTheEndTheDiskMustHaveIt) {
  store_and_break(thread);
  thread.finish();
  EXPECT_THAT(thread.failure(), Optional(HasSubstr("cannot write chunk-000000.h5")));
  EXPECT_EQ(thread.failure(), std::nullopt) << "told once";
}

TEST_F(JournalThreadTest, WhileItRunsTheDiskGetsItNowAndThen) {
  JournalThread often([] {}, 2s);
  store_and_break(often);
  std::optional<std::string> failure;
  for (int looks = 0; looks < 6000 && !failure; ++looks) {
    std::this_thread::sleep_for(10ms);
    failure = often.failure();
  }
  EXPECT_THAT(failure, Optional(HasSubstr("cannot write chunk-000000.h5")));
}

TEST_F(JournalThreadTest, AJournalThatIsNotNeededAnyMoreKeepsNoDiskBusy) {
  store_and_break(thread);
  thread.abandon();
  thread.finish();
  EXPECT_EQ(thread.failure(), std::nullopt);
}

}  // namespace
}  // namespace mpienc::app
