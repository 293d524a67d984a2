#include <unistd.h>

#include <gmock/gmock.h>

#include "hostile_songs.hpp"
#include "mpienc/collection/folder_below.hpp"
#include "mpienc/collection/layout.hpp"
#include "mpienc/collection/links.hpp"
#include "mpienc/core/error.hpp"
#include "output_scratch.hpp"

namespace mpienc::collection {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

class Links : public testing::Test {
 protected:
  Links() {
    fs::create_directories(out / "mp3/ABBA");
    std::ofstream(out / "mp3/ABBA/a.mp3") << "song";
    std::ofstream(out / "mp3/ABBA/b.mp3") << "other";
    fs::create_directories(elsewhere);
  }
  void refused(const fs::path& link, const fs::path& target, bool overwrite, const char* why) const {
    try {
      make_link(out, link, target, overwrite);
      ADD_FAILURE() << link;
    } catch (const Error& error) {
      EXPECT_EQ(error.status(), ExitStatus::output);
      EXPECT_THAT(error.what(), HasSubstr(why));
    }
    EXPECT_TRUE(fs::is_empty(elsewhere)) << "something was made outside of the output folder";
  }
  test::Scratch scratch;
  fs::path out = scratch / "out", elsewhere = scratch / "elsewhere";
};

TEST_F(Links, LeadToTheOutputByARelativePath) {
  EXPECT_EQ(make_link(out, "Artists/ABBA/Waterloo.mp3", "mp3/ABBA/a.mp3", false), LinkOutcome::made);
  EXPECT_EQ(fs::read_symlink(out / "Artists/ABBA/Waterloo.mp3"), "../../mp3/ABBA/a.mp3");
  EXPECT_EQ(make_link(out, "top.mp3", "mp3/ABBA/a.mp3", false), LinkOutcome::made);
  EXPECT_EQ(fs::read_symlink(out / "top.mp3"), "mp3/ABBA/a.mp3");
  EXPECT_EQ(make_link(out, "mp3/x/y.mp3", "mp3/ABBA/a.mp3", false), LinkOutcome::made);
  EXPECT_EQ(fs::read_symlink(out / "mp3/x/y.mp3"), "../ABBA/a.mp3");
  fs::rename(out, scratch / "moved");
  EXPECT_EQ(test::contents(scratch / "moved/Artists/ABBA/Waterloo.mp3"), "song");
}

TEST_F(Links, ARightOneIsKeptAndAnotherReplacedOnlyWhenAsked) {
  EXPECT_EQ(make_link(out, "l/a.mp3", "mp3/ABBA/a.mp3", false), LinkOutcome::made);
  EXPECT_EQ(make_link(out, "l/a.mp3", "mp3/ABBA/a.mp3", true), LinkOutcome::kept);
  refused("l/a.mp3", "mp3/ABBA/b.mp3", false, "--overwrite");
  EXPECT_EQ(test::contents(out / "l/a.mp3"), "song");
  EXPECT_EQ(make_link(out, "l/a.mp3", "mp3/ABBA/b.mp3", true), LinkOutcome::replaced);
  EXPECT_EQ(test::contents(out / "l/a.mp3"), "other");
  EXPECT_EQ(std::distance(fs::directory_iterator(out / "l"), {}), 1) << "a temporary link is left";
}

TEST_F(Links, WhatIsNotOursIsNeverReplaced) {
  fs::create_symlink(elsewhere, out / "absolute");
  refused("absolute", "mp3/ABBA/a.mp3", true, "is a symlink to");
  fs::create_symlink("../elsewhere", out / "outside");
  refused("outside", "mp3/ABBA/a.mp3", true, "is a symlink to");
  refused("mp3/ABBA/b.mp3", "mp3/ABBA/a.mp3", true, "exists and is no symlink");
  refused("mp3", "mp3/ABBA/a.mp3", true, "exists and is no symlink");
  EXPECT_EQ(test::contents(out / "mp3/ABBA/b.mp3"), "other");
}

TEST_F(Links, FoldersAreNeverMadeThroughASymlink) {
  fs::create_symlink(elsewhere, out / "Artists");
  refused("Artists/ABBA/a.mp3", "mp3/ABBA/a.mp3", true, "is a symlink or a file");
  fs::create_directories(out / "Real");
  fs::create_symlink("../../elsewhere", out / "Real/Album");
  refused("Real/Album/x/a.mp3", "mp3/ABBA/a.mp3", true, "Real/Album: is a symlink or a file");
  fs::create_symlink("..", out / "loop");
  refused("loop/elsewhere/a.mp3", "mp3/ABBA/a.mp3", true, "is a symlink or a file");
  fs::create_symlink("turns", out / "turns");
  refused("turns/a.mp3", "mp3/ABBA/a.mp3", true, "is a symlink or a file");
  refused("mp3/ABBA/a.mp3/x", "mp3/ABBA/a.mp3", true, "is a symlink or a file");
}

TEST_F(Links, HostileTagsAndASymlinkLoopCannotWriteOutsideOfTheOutputFolder) {
  fs::create_symlink(elsewhere, out / "Unknown Artist");
  fs::create_symlink(".", out / "__");
  fs::create_symlink("..", out / "_");
  test::HostileSongs hostile(3);
  std::vector<std::vector<Tag>> tags{
      {{"artist", ".."}, {"title", "elsewhere"}}, {{"artist", "/"}, {"title", "elsewhere/a"}}, {}};
  while (tags.size() < 500) tags.push_back(hostile.tags());
  const fs::path name = "song.flac";
  std::vector<Song> songs;
  for (const auto& one : tags) songs.push_back({one, name});
  std::size_t made = 0, refusals = 0;
  for (const auto& link : laid_out(Layout("{artist}/{title}"), songs, ".mp3")) {
    try {
      made += make_link(out, link, "mp3/ABBA/a.mp3", false) == LinkOutcome::made ? 1 : 0;
      EXPECT_EQ(test::contents(out / link), "song");
    } catch (const Error&) {
      ++refusals;
    }
  }
  EXPECT_GT(made, 300U);
  EXPECT_GE(refusals, 3U);
  EXPECT_EQ(made + refusals, songs.size());
  EXPECT_TRUE(fs::is_empty(elsewhere));
  EXPECT_EQ(std::distance(fs::directory_iterator(scratch.folder()), {}), 2) << "only out and elsewhere";
}

TEST_F(Links, PathsThatLeadOutAreRefused) {
  for (const auto* path : {"../elsewhere/a", "a/../../elsewhere/a", "", "..", "."}) {
    refused(path, "mp3/ABBA/a.mp3", true, "leads out of the output folder");
    refused("fine", path, true, "leads out of the output folder");
  }
  refused(elsewhere / "a", "mp3/ABBA/a.mp3", true, "leads out of the output folder");
  EXPECT_FALSE(fs::exists(fs::symlink_status(out / "fine")));
}

TEST_F(Links, TheOutputFolderItselfMayBeASymlink) {
  fs::create_symlink("out", scratch / "alias");
  EXPECT_EQ(make_link(scratch / "alias", "x/a.mp3", "mp3/ABBA/a.mp3", false), LinkOutcome::made);
  EXPECT_EQ(test::contents(out / "x/a.mp3"), "song");
}

TEST_F(Links, FoldersBelowAreMadeOnce) {
  { const FolderBelow made(out, "a/b/c"); }
  const FolderBelow again(out, "a/b/c");
  EXPECT_TRUE(fs::is_directory(out / "a/b/c"));
  EXPECT_EQ(::faccessat(again.descriptor(), ".", W_OK, 0), 0);
  EXPECT_THROW(FolderBelow(out, "../elsewhere/x"), Error);
  EXPECT_THROW(FolderBelow(scratch / "missing", "x"), Error);
  EXPECT_TRUE(fs::is_empty(elsewhere));
}

}  // namespace
}  // namespace mpienc::collection
