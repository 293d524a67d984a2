#include <gtest/gtest.h>

#include <filesystem>

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
