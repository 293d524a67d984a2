#include "mpienc/collection/folder_below.hpp"

#include <gtest/gtest.h>

#include "mpienc/core/error.hpp"
#include "output_scratch.hpp"

namespace mpienc::collection {
namespace {

namespace fs = std::filesystem;

TEST(EmptyFolders, GoWithThoseAboveThemButNotTheRoot) {
  const test::Scratch scratch;
  static_cast<void>(FolderBelow(scratch.folder(), "mp3/artist/album"));
  static_cast<void>(FolderBelow(scratch.folder(), "mp3/other"));
  remove_empty_folders(scratch.folder(), "mp3/artist/album");
  EXPECT_FALSE(fs::exists(scratch / "mp3/artist"));
  EXPECT_TRUE(fs::exists(scratch / "mp3/other"));
  std::ofstream(scratch / "mp3/other/song") << "sound";
  remove_empty_folders(scratch.folder(), "mp3/other");
  EXPECT_TRUE(fs::exists(scratch / "mp3/other/song"));
  fs::remove(scratch / "mp3/other/song");
  remove_empty_folders(scratch.folder(), "mp3/other");
  EXPECT_TRUE(fs::exists(scratch.folder()));
  EXPECT_FALSE(fs::exists(scratch / "mp3"));
}

TEST(EmptyFolders, AreNotLookedForBehindLinksOrAbove) {
  const test::Scratch scratch;
  fs::create_directories(scratch / "elsewhere/empty");
  fs::create_directory(scratch / "out");
  fs::create_symlink("../elsewhere", scratch / "out/mp3");
  remove_empty_folders(scratch / "out", "mp3/empty");
  remove_empty_folders(scratch / "out", "../elsewhere/empty");
  remove_empty_folders(scratch / "out", "absent");
  EXPECT_TRUE(fs::exists(scratch / "elsewhere/empty"));
  EXPECT_TRUE(fs::is_symlink(scratch / "out/mp3"));
}

}  // namespace
}  // namespace mpienc::collection
