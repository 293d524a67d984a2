#include "mpienc/output/temporary_file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "output_scratch.hpp"

namespace mpienc::output {
namespace {

using testing::UnorderedElementsAre;

namespace fs = std::filesystem;

class TemporaryFiles : public testing::Test {
 protected:
  [[nodiscard]] std::vector<std::string> names(const fs::path& folder) const {
    std::vector<std::string> found;
    for (const auto& entry : fs::directory_iterator(folder)) found.push_back(entry.path().filename());
    return found;
  }
  [[nodiscard]] std::vector<std::string> names() const { return names(scratch_.folder()); }
  void leave(const std::string& name) const { std::ofstream(scratch_ / name) << "half"; }

  test::Scratch scratch_;
};

TEST_F(TemporaryFiles, AreSweptWhereNobodyWritesThem) {
  fs::create_directory(scratch_ / "b");
  leave(".a.mp3.mpienc-12.tmp");
  leave(".a.mp3.mpienc-12-1.tmp");
  leave(".other.mp3.mpienc-12.tmp");
  leave(".a.mp3.mpienc-12.txt");
  leave("b/.c.flac.mpienc-7.tmp");
  const TemporaryFile written(scratch_ / "w.mp3");
  const auto own = "." + std::string("w.mp3.mpienc-") + std::to_string(::getpid()) + ".tmp";
  const std::vector<fs::path> outputs{scratch_ / "a.mp3", scratch_ / "w.mp3", scratch_ / "b/c.flac",
                                      scratch_ / "absent/d.mp3"};
  sweep(outputs);
  EXPECT_THAT(names(), UnorderedElementsAre(".other.mp3.mpienc-12.tmp", ".a.mp3.mpienc-12.txt", "b", own));
  EXPECT_THAT(names(scratch_ / "b"), testing::IsEmpty());
}

TEST_F(TemporaryFiles, AreSweptInTheFolderThatALinkLeadsTo) {
  fs::create_directory(scratch_ / "real");
  leave("real/film.mkv");
  leave("real/.film.mkv.mpienc-7.tmp");
  fs::create_symlink("real/film.mkv", scratch_ / "film.mkv");
  const fs::path output = scratch_ / "film.mkv";
  sweep({&output, 1});
  EXPECT_THAT(names(scratch_ / "real"), UnorderedElementsAre("film.mkv"));
}

TEST_F(TemporaryFiles, HaveNamesThatAreCutBetweenCharacters) {
  for (int ascii = 190; ascii < 200; ++ascii) {
    std::string name(static_cast<std::size_t>(ascii), 'x');
    while (name.size() < 240) name += "\xF0\x9F\x8E\xB8";
    const auto prefix = temporary_prefix(scratch_ / name);
    const auto kept = prefix.substr(1, prefix.size() - 1 - std::string(".mpienc-").size());
    EXPECT_TRUE(name.starts_with(kept));
    EXPECT_LE(kept.size(), 200U);
    EXPECT_GT(kept.size(), 196U);
    EXPECT_EQ((kept.size() - static_cast<std::size_t>(ascii)) % 4, 0U);
    TemporaryFile file(scratch_ / name);
    EXPECT_EQ(file.commit(false), 0);
  }
  EXPECT_EQ(temporary_prefix("folder/short"), ".short.mpienc-");
  const std::string no_text(230, '\xBF');
  EXPECT_EQ(temporary_prefix(no_text).size(), 197 + std::string(".").size() + std::string(".mpienc-").size());
}

}  // namespace
}  // namespace mpienc::output
