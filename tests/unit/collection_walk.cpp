#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <gmock/gmock.h>

#include "mpienc/collection/file_list.hpp"
#include "mpienc/collection/file_name.hpp"
#include "mpienc/collection/walk.hpp"
#include "mpienc/core/error.hpp"
#include "output_scratch.hpp"

namespace mpienc::collection {
namespace {

namespace fs = std::filesystem;
using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;

class Tree : public testing::Test {
 protected:
  void file(const std::string& name, const std::string& text = "x") const {
    fs::create_directories((scratch / name).parent_path());
    std::ofstream(scratch / name) << text;
    ASSERT_TRUE(fs::exists(scratch / name)) << name;
  }
  [[nodiscard]] Found walked(const fs::path& output = {}) const {
    const fs::path roots[] = {scratch.folder()};
    return walk(roots, output);
  }
  [[nodiscard]] static std::vector<std::string> relative(const Found& found) {
    std::vector<std::string> names;
    for (const auto& one : found.files) names.push_back(one.relative.native());
    return names;
  }
  [[nodiscard]] std::vector<std::string> remarks(const std::vector<Remark>& of) const {
    std::vector<std::string> texts;
    for (const auto& one : of)
      texts.push_back(one.path.lexically_relative(scratch.folder()).string() + ": " + one.text);
    return texts;
  }
  test::Scratch scratch;
};

TEST_F(Tree, IsWalkedInBytewiseOrder) {
  for (const auto* name :
       {"b/1.flac", "a.txt", "a/z.flac", "a/B.flac", ".hidden/.x.flac", "\xff.flac", "é.flac"})
    file(name);
  EXPECT_THAT(relative(walked()), ElementsAre(".hidden/.x.flac", "a.txt", "a/B.flac", "a/z.flac", "b/1.flac",
                                              "é.flac", "\xff.flac"));
}

TEST_F(Tree, AnyBytesAreANameAndSizeAndTimeAreTheFiles) {
  const std::string names[] = {"new\nline", "quote\"'", "😀", "Bj\xf6rk", std::string(250, 'n')};
  for (const auto& name : names) file(name, "12345");
  const timespec times[] = {{0, UTIME_OMIT}, {1'700'000'000, 123'456'789}};
  ASSERT_EQ(::utimensat(AT_FDCWD, (scratch / "😀").c_str(), times, 0), 0);
  const auto found = walked();
  EXPECT_THAT(relative(found), testing::UnorderedElementsAreArray(names));
  for (const auto& one : found.files) {
    EXPECT_EQ(one.size, 5);
    EXPECT_EQ(one.path, scratch / one.relative.string());
    const bool is_set = one.modified == FileTime{1'700'000'000, 123'456'789};
    EXPECT_EQ(is_set, one.relative == "😀");
  }
}

TEST_F(Tree, SymlinksAreFollowedAndLoopsAreNot) {
  file("real/deep/a.flac", "four");
  fs::create_symlink("real/deep/a.flac", scratch / "file.flac");
  fs::create_symlink("real", scratch / "again");
  fs::create_symlink("..", scratch / "real/deep/up");
  fs::create_symlink(".", scratch / "real/self");
  fs::create_symlink("gone", scratch / "broken");
  fs::create_symlink("turns", scratch / "turns");
  const auto found = walked();
  EXPECT_THAT(relative(found), ElementsAre("again/deep/a.flac", "file.flac", "real/deep/a.flac"));
  EXPECT_EQ(found.files[1].size, 4);
  EXPECT_THAT(remarks(found.notes), Contains("real/self: leads back to a folder that it lies in"));
  EXPECT_THAT(remarks(found.notes), Contains("again/deep/up: leads back to a folder that it lies in"));
  EXPECT_THAT(remarks(found.notes), Contains("broken: a symlink that leads nowhere"));
  EXPECT_THAT(remarks(found.problems), ElementsAre("turns: Too many levels of symbolic links"));
}

TEST_F(Tree, TheOutputFolderIsNoInput) {
  file("in/a.flac");
  file("out/mp3/a.mp3");
  fs::create_symlink("../out/mp3", scratch / "in/results");
  fs::create_symlink("../out/mp3/a.mp3", scratch / "in/result.mp3");
  const auto found = walked(scratch / "out/../out");
  EXPECT_THAT(relative(found), ElementsAre("in/a.flac"));
  EXPECT_THAT(remarks(found.notes),
              ElementsAre("in/result.mp3: leads into the output folder",
                          "in/results: leads into the output folder", "out: the output folder"));
}

TEST_F(Tree, ARootThatLiesInTheOutputFolderIsWalked) {
  file("out/flac/a.flac");
  const fs::path roots[] = {scratch / "out/flac"};
  EXPECT_THAT(relative(walk(roots, scratch / "out")), ElementsAre("a.flac"));
}

TEST_F(Tree, JournalsAreNoInputWhereverTheyLie) {
  file("a.flac");
  file("out/.mpienc-journal/mp3/b.mp3/chunk-000000.h5");
  file("out/mp3/b.mp3");
  const auto found = [&](const fs::path& output, const fs::path& journals) {
    const fs::path roots[] = {scratch.folder()};
    return walk(roots, output, journals);
  };
  EXPECT_THAT(relative(found(scratch / "other", scratch / "out/../out/.mpienc-journal")),
              ElementsAre("a.flac", "out/mp3/b.mp3"));
  const fs::path list[] = {"."};
  EXPECT_THAT(relative(walk_list(list, scratch / "out", scratch / "out", scratch / "out/.mpienc-journal")),
              ElementsAre("mp3/b.mp3"));
  EXPECT_THAT(relative(found({}, scratch / "none")).size(), 3U);
}

TEST_F(Tree, ARootThatIsTheOutputFolderIsRefused) {
  try {
    static_cast<void>(walked(scratch / "."));
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.status(), ExitStatus::usage);
  }
}

TEST_F(Tree, ARootThatDoesNotExistIsAnError) {
  const fs::path roots[] = {scratch / "no\nsuch"};
  try {
    static_cast<void>(walk(roots, {}));
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.status(), ExitStatus::input);
    EXPECT_THAT(error.what(), testing::HasSubstr("no\\nsuch: No such file or directory"));
  }
}

TEST_F(Tree, SeveralRootsComeOneAfterTheOtherAndEachFileOnce) {
  file("two/a.flac");
  file("one/a.flac");
  const fs::path roots[] = {scratch / "two/", scratch / "one", scratch / "two", scratch / "one/a.flac"};
  const auto found = walk(roots, {});
  ASSERT_THAT(relative(found), ElementsAre("a.flac", "a.flac"));
  EXPECT_EQ(found.files[0].path, scratch / "two/a.flac");
}

TEST_F(Tree, WhatIsNoFileIsLeftOut) {
  file("a.flac");
  ASSERT_EQ(::mkfifo((scratch / "pipe").c_str(), 0600), 0);
  const auto found = walked();
  EXPECT_THAT(relative(found), ElementsAre("a.flac"));
  EXPECT_THAT(remarks(found.notes), ElementsAre("pipe: neither a file nor a folder"));
}

TEST_F(Tree, AFolderThatCannotBeReadIsAProblemAndNotTheEnd) {
  file("a.flac");
  int above = ::open(scratch.folder().c_str(), O_PATH | O_DIRECTORY);
  for (int i = 0; i < 17; ++i) {
    const std::string name(250, static_cast<char>('a' + i));
    ASSERT_EQ(::mkdirat(above, name.c_str(), 0700), 0);
    const int below = ::openat(above, name.c_str(), O_PATH | O_DIRECTORY);
    ::close(above);
    above = below;
  }
  ::close(above);
  const auto found = walked();
  EXPECT_THAT(relative(found), ElementsAre("a.flac"));
  ASSERT_EQ(found.problems.size(), 1U) << "a path longer than PATH_MAX, which root cannot read either";
  EXPECT_EQ(found.problems[0].text, "File name too long");
}

TEST_F(Tree, AFolderWithoutPermissionIsAProblem) {
  file("closed/a.flac");
  file("open/a.flac");
  fs::permissions(scratch.folder(), fs::perms(0755));
  fs::permissions(scratch / "closed", fs::perms::none);
  const bool root = ::geteuid() == 0;
  if (root) {
    ASSERT_EQ(::seteuid(65534), 0) << "root may read all folders";
  }
  const auto found = walked();
  if (root) {
    ASSERT_EQ(::seteuid(0), 0);
  }
  fs::permissions(scratch / "closed", fs::perms::owner_all);
  EXPECT_THAT(relative(found), ElementsAre("open/a.flac"));
  EXPECT_THAT(remarks(found.problems), ElementsAre("closed: Permission denied"));
}

TEST_F(Tree, AListIsSeenFromItsBase) {
  file("base/b/1.flac");
  file("base/b.flac");
  file("other/2.flac");
  file("base/out/3.flac");
  const auto outside = scratch / "other/2.flac";
  const fs::path names[] = {"b.flac",    outside,      "./b//1.flac",    "b",
                            "missing\n", "out/3.flac", "../other/2.flac"};
  const auto found = walk_list(names, scratch / "base", scratch / "base/out");
  EXPECT_THAT(relative(found),
              testing::UnorderedElementsAre("b.flac", "b/1.flac", outside.relative_path().string()));
  EXPECT_TRUE(std::ranges::is_sorted(relative(found)));
  EXPECT_THAT(remarks(found.problems), ElementsAre("base/missing\n: No such file or directory"));
  EXPECT_THAT(remarks(found.notes), ElementsAre("base/out/3.flac: in the output folder"));
  for (const auto& one : found.files) EXPECT_TRUE(stays_below(one.relative)) << one.relative;
}

TEST(FileList, IsOfLinesOrOfNulEndedNames) {
  EXPECT_THAT(names_of_list(""), IsEmpty());
  EXPECT_THAT(names_of_list("a\n\nb c\r\nd"), ElementsAre("a", "b c\r", "d"));
  EXPECT_THAT(names_of_list(std::string_view("a\nb\0c\0", 6)), ElementsAre("a\nb", "c"));
}

TEST(FileList, ComesFromAFile) {
  const test::Scratch scratch;
  std::ofstream(scratch / "list") << "one\ntwo\n";
  EXPECT_THAT(read_list(scratch / "list"), ElementsAre("one", "two"));
  EXPECT_THROW(static_cast<void>(read_list(scratch / "none")), Error);
  EXPECT_THROW(static_cast<void>(read_list(scratch.folder())), Error);
}

TEST(FileList, ComesFromStandardInput) {
  const test::Scratch scratch;
  std::ofstream(scratch / "list") << std::string("one\ntwo\0three\0", 14);
  const int kept = ::dup(STDIN_FILENO);
  const int list = ::open((scratch / "list").c_str(), O_RDONLY);
  ::dup2(list, STDIN_FILENO);
  const auto names = read_list("-");
  ::dup2(kept, STDIN_FILENO);
  ::close(kept);
  ::close(list);
  EXPECT_THAT(names, ElementsAre("one\ntwo", "three"));
}

}  // namespace
}  // namespace mpienc::collection
