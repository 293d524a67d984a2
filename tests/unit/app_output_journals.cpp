#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <spdlog/sinks/ostream_sink.h>

#include <fstream>
#include <optional>
#include <sstream>

#include "mpienc/app/output_journals.hpp"
#include "store_journal.hpp"

namespace mpienc::app {
namespace {

namespace fs = std::filesystem;
using mpienc::test::Scratch;
using store::test::made_bytes;
using store::test::one_identity;
using testing::HasSubstr;
using testing::IsEmpty;

const fs::path song = "mp3/An album/one.mp3", next_song = "mp3/An album/two.mp3";

struct JournalsOfOutputs : testing::Test {
  JournalsOfOutputs() { fs::create_directory(scratch / "out"); }
  [[nodiscard]] fs::path folder() const { return scratch / "out" / ".mpienc-journal"; }
  OutputJournals& begin(bool restart = false) { return journals.emplace(folder(), restart, logger); }
  /// A run that was killed with one chunk.
  void leave(const fs::path& output, bool in_order) {
    auto& all = begin();
    const auto journal = all.open(output, one_identity);
    journal->journal().store(3, 1, made_bytes(10, 1));
    if (in_order) all.ended();
  }

  Scratch scratch;
  std::ostringstream told;
  Logger logger{"test", std::make_shared<spdlog::sinks::ostream_sink_mt>(told)};
  std::optional<OutputJournals> journals;
};

TEST_F(JournalsOfOutputs, AreMadeWithTheFirstOutputAndGoWithTheLast) {
  auto& all = begin();
  EXPECT_FALSE(fs::exists(folder()));
  auto one = all.open(song, one_identity), two = all.open(next_song, one_identity);
  ASSERT_TRUE(one && two);
  one->journal().store(0, 1, made_bytes(10, 1));
  EXPECT_TRUE(fs::exists(folder() / song / "chunk-000000.h5"));
  EXPECT_EQ(all.kept(), 1);
  auto other_hand = one;
  one->finished();
  EXPECT_EQ(all.kept(), 0) << "nobody wants it any more";
  one.reset();
  EXPECT_TRUE(fs::exists(folder() / song)) << "somebody may still write to it";
  other_hand.reset();
  EXPECT_FALSE(fs::exists(folder() / song));
  EXPECT_TRUE(fs::exists(folder() / next_song));
  two->finished();
  two.reset();
  EXPECT_FALSE(fs::exists(folder()));
  EXPECT_THAT(told.str(), IsEmpty());
}

TEST_F(JournalsOfOutputs, StayWhereTheOutputIsNotFinished) {
  leave(song, true);
  const auto again = begin().open(song, one_identity);
  EXPECT_EQ(again->journal().load(3, 1), made_bytes(10, 1));
  EXPECT_FALSE(again->journal().died());
  EXPECT_EQ(journals->kept(), 1);
  EXPECT_THAT(told.str(), HasSubstr("going on with mp3/An album/one.mp3, of which 1 finished chunk"));
}

TEST_F(JournalsOfOutputs, ThatAreEmptyGoAtAnOrderlyEndOnly) {
  begin().open(song, one_identity).reset();
  EXPECT_TRUE(fs::exists(folder() / song / "open")) << "its first chunk may have been why";
  EXPECT_TRUE(begin().open(song, one_identity)->journal().died());
  EXPECT_THAT(told.str(), HasSubstr("in a process of its own"));
  auto fresh = begin().open(next_song, one_identity);
  journals->ended();
  fresh.reset();
  EXPECT_FALSE(fs::exists(folder() / next_song));
}

TEST_F(JournalsOfOutputs, OfARunThatDiedTellSoUntilTheOutputIsFinished) {
  leave(song, false);
  for (int run = 0; run < 2; ++run) {
    const auto again = begin().open(song, one_identity);
    EXPECT_TRUE(again->journal().died()) << run;
    journals->ended();
  }
}

TEST_F(JournalsOfOutputs, BeginAnewWhereTheyWereMadeFromSomethingElse) {
  leave(song, true);
  const auto journal = begin().open(song, {{"input", "another"}});
  ASSERT_TRUE(journal);
  EXPECT_EQ(journal->journal().chunks(), 0);
  EXPECT_FALSE(journal->journal().load(3, 1));
  EXPECT_THAT(told.str(), HasSubstr("made from something else"));
}

TEST_F(JournalsOfOutputs, BeginAnewWhereAsked) {
  leave(song, true);
  EXPECT_EQ(begin(true).open(song, one_identity)->journal().chunks(), 0);
}

TEST_F(JournalsOfOutputs, AreDoneWithoutWhereTheyCannotBe) {
  OutputJournals other(folder(), false, logger);
  const auto theirs = other.open(song, one_identity);
  theirs->journal().store(0, 1, made_bytes(10, 1));
  auto& all = begin();
  EXPECT_FALSE(all.open(song, one_identity)) << "another job has it";
  EXPECT_TRUE(all.open(next_song, one_identity));
  EXPECT_EQ(theirs->journal().load(0, 1), made_bytes(10, 1));
  fs::create_directories(folder() / "mp3/foreign.mp3");
  std::ofstream(folder() / "mp3/foreign.mp3/notes.txt") << "mine";
  EXPECT_FALSE(all.open("mp3/foreign.mp3", one_identity));
  EXPECT_TRUE(fs::exists(folder() / "mp3/foreign.mp3/notes.txt"));
  EXPECT_THAT(told.str(), HasSubstr("another mpienc is at work"));
  EXPECT_THAT(told.str(), testing::Not(HasSubstr("foreign"))) << "told once";
}

TEST_F(JournalsOfOutputs, AreForgottenOnceTheOutputIsThere) {
  leave(song, true);
  leave(next_song, false);
  const std::vector<fs::path> complete{song, "mp3/never made.mp3", "../out"};
  begin().forget(complete);
  EXPECT_FALSE(fs::exists(folder() / song));
  EXPECT_TRUE(fs::exists(folder() / next_song));
  const auto in_use = journals->open(next_song, one_identity);
  OutputJournals(folder(), false, logger).forget(std::vector{next_song});
  EXPECT_TRUE(fs::exists(folder() / next_song / "chunk-000003.h5")) << "another job has it";
}

TEST_F(JournalsOfOutputs, LeaveNoFoldersBehindWhereARunWasKilledAsItRemovedThem) {
  fs::create_directories((folder() / song).parent_path());
  begin().forget(std::vector{song});
  EXPECT_FALSE(fs::exists(folder()));
}

}  // namespace
}  // namespace mpienc::app
