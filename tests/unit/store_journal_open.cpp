#include <gtest/gtest.h>

#include <filesystem>

#include "mpienc/core/error.hpp"
#include "mpienc/store/journal.hpp"

namespace mpienc::store {
namespace {

namespace fs = std::filesystem;

const JournalIdentity identity{{"input 1", "a film"}};

struct JournalOpen : testing::Test {
  void SetUp() override { fs::remove_all(folder); }
  void TearDown() override { fs::remove_all(folder); }
  fs::path folder = fs::temp_directory_path() / "journal_open_test";
};

TEST_F(JournalOpen, KnowsARunThatDied) {
  {
    Journal first(folder, identity, false);
    EXPECT_FALSE(first.died()) << "the first";
  }
  {
    Journal second(folder, identity, false);
    EXPECT_TRUE(second.died()) << "nobody called ended()";
    second.ended();
  }
  Journal third(folder, identity, false);
  EXPECT_FALSE(third.died());
}

TEST_F(JournalOpen, CountsWhatWasThereAndWhatWasAdded) {
  {
    Journal first(folder, identity, false);
    first.store(4, 1, {});
    EXPECT_EQ(first.chunks(), 1);
  }
  Journal second(folder, identity, false);
  EXPECT_EQ(second.chunks(), 1);
  second.store(5, 1, {});
  EXPECT_EQ(second.chunks(), 2);
  EXPECT_EQ(second.restored(), 1);
}

TEST_F(JournalOpen, MakesTheFoldersAboveIt) {
  fs::create_directory(folder);
  const auto journal = folder / ".journals" / "an album" / "a song";
  make_journal_parents(folder, journal);
  EXPECT_TRUE(fs::is_directory(journal.parent_path()));
  EXPECT_FALSE(fs::exists(journal));
  make_journal_parents(folder, journal);
  EXPECT_EQ(Journal(journal, identity, false).chunks(), 0);
  EXPECT_THROW(make_journal_parents(folder / "none", folder / "none" / "a" / "b"), Error);
}

TEST_F(JournalOpen, ForgetsItWithAllElse) {
  static_cast<void>(Journal(folder, identity, false));
  {
    Journal anew(folder, identity, true);
    EXPECT_FALSE(anew.died()) << "--restart";
    EXPECT_TRUE(anew.remove());
  }
  EXPECT_FALSE(fs::exists(folder));
}

}  // namespace
}  // namespace mpienc::store
