#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "store_journal.hpp"

namespace mpienc::store::test {
namespace {

namespace fs = std::filesystem;
using mpienc::test::contents;
using mpienc::test::Scratch;
using testing::AllOf;
using testing::HasSubstr;
using testing::Pair;

void write(const fs::path& path, const std::string& content) {
  std::ofstream(path, std::ios::binary | std::ios::trunc) << content;
}

TEST(DamagedChunk, IsNotThereWhicheverByteDiffers) {
  const Scratch scratch;
  Journal journal(scratch / "j", one_identity, false);
  journal.store(1, 77, made_bytes(300, 1));
  const auto path = scratch / "j" / "chunk-000001.h5";
  const auto whole = contents(path);
  ASSERT_GT(whole.size(), 512U + 300U);
  std::mt19937 random(3);
  for (std::size_t at = 0; at < whole.size(); ++at) {
    auto damaged = whole;
    damaged[at] = static_cast<char>(damaged[at] ^ (1 + static_cast<int>(random() % 255)));
    write(path, damaged);
    ASSERT_FALSE(journal.load(1, 77)) << at << " of " << whole.size();
  }
  write(path, whole);
  EXPECT_TRUE(journal.load(1, 77));
}

TEST(DamagedChunk, IsNotThereWhateverItsLength) {
  const Scratch scratch;
  Journal journal(scratch / "j", one_identity, false);
  journal.store(1, 77, made_bytes(300, 1));
  const auto path = scratch / "j" / "chunk-000001.h5";
  const auto whole = contents(path);
  for (std::size_t keep = 0; keep < whole.size(); ++keep) {
    write(path, whole.substr(0, keep));
    ASSERT_FALSE(journal.load(1, 77)) << keep << " of " << whole.size();
    if (keep % 8 == 0) {
      write(path, whole.substr(0, keep) + std::string(whole.size() - keep, '\0'));
      const auto loaded = journal.load(1, 77);
      ASSERT_TRUE(!loaded || *loaded == made_bytes(300, 1)) << keep << ", zeros after it";
    }
  }
  write(path, whole + "x");
  EXPECT_FALSE(journal.load(1, 77));
  journal.store(1, 77, made_bytes(300, 2));
  EXPECT_EQ(journal.load(1, 77), made_bytes(300, 2)) << "a damaged one is replaced";
}

TEST(DamagedJob, IsRefusedWithTheWayOutAndKeepsItsChunks) {
  const Scratch scratch;
  const auto folder = scratch / "j";
  { Journal(folder, one_identity, false).store(1, 77, made_bytes(300, 1)); }
  const auto whole = contents(folder / "job.h5");
  const auto expect_refused = [&](const std::string& content) {
    write(folder / "job.h5", content);
    EXPECT_THAT(failure([&] { const Journal journal(folder, one_identity, false); }),
                Pair(ExitStatus::input,
                     AllOf(HasSubstr(folder.string() + " does not open"), HasSubstr("--restart"))));
  };
  for (std::size_t at = 0; at < whole.size(); at += 13) {
    auto damaged = whole;
    damaged[at] = static_cast<char>(~damaged[at]);
    expect_refused(damaged);
    expect_refused(whole.substr(0, at));
  }
  write(folder / "job.h5", whole);
  EXPECT_TRUE(Journal(folder, one_identity, false).load(1, 77));
  expect_refused("rubbish");
  EXPECT_EQ(Journal(folder, one_identity, true).restored(), 0);
  EXPECT_EQ(Journal(folder, one_identity, false).restored(), 0);
}

}  // namespace
}  // namespace mpienc::store::test
