#include <algorithm>
#include <map>
#include <random>
#include <set>

#include <gmock/gmock.h>

#include "mpienc/collection/file_name.hpp"
#include "mpienc/collection/naming.hpp"
#include "mpienc/core/error.hpp"

namespace mpienc::collection {
namespace {

using testing::ElementsAre;
using Paths = std::vector<std::filesystem::path>;

Target mp3() { return targets_of("mp3", ".mka").front(); }

Paths named(const Paths& relative, const Target& target = mp3()) {
  std::vector<NamedSource> sources;
  for (const auto& path : relative) sources.push_back({path, false});
  return output_paths(sources, target);
}

TEST(Targets, HaveFoldersAndExtensions) {
  const auto targets = targets_of("mp3,vorbis,opus,flac,aac,test,ffmpeg:libspeex,mp3", ".mka");
  std::vector<std::string> texts;
  for (const auto& t : targets) texts.push_back(t.codec + " " + t.folder + " " + t.extension);
  EXPECT_THAT(texts, ElementsAre("mp3 mp3 .mp3", "vorbis vorbis .ogg", "opus opus .opus", "flac flac .flac",
                                 "aac aac .m4a", "test test .ana", "ffmpeg:libspeex ffmpeg-libspeex .mka"));
}

TEST(Targets, OthersAreRefusedInOneLine) {
  for (const auto* list :
       {"", ",", "mp3,", "mp4", "MP3", "ffmpeg:", "ffmpeg:../../x", "ffmpeg:a/b", "mp3\n"}) {
    try {
      static_cast<void>(targets_of(list, ".mka"));
      FAIL() << list;
    } catch (const Error& error) {
      EXPECT_EQ(error.status(), ExitStatus::usage);
      EXPECT_THAT(error.what(), testing::Not(testing::HasSubstr("\n")));
    }
  }
}

TEST(Naming, KeepsTheTree) {
  EXPECT_THAT(named({"ABBA/Gold/01.flac", "x.y.wav", "no extension", ".hidden", "a\nb\xff.flac"}),
              ElementsAre("mp3/ABBA/Gold/01.mp3", "mp3/x.y.mp3", "mp3/no extension.mp3", "mp3/.hidden.mp3",
                          "mp3/a\nb\xff.mp3"));
}

TEST(Naming, AllWhoShareANameAreCalledAfterTheirWholeName) {
  EXPECT_THAT(named({"a.flac", "a.wav", "b.flac", "x/a.ape"}),
              ElementsAre("mp3/a.flac.mp3", "mp3/a.wav.mp3", "mp3/b.mp3", "mp3/x/a.mp3"));
  EXPECT_THAT(named({"a.flac.wav", "a.wav", "a.flac"}),
              ElementsAre("mp3/a.flac.wav.mp3", "mp3/a.wav.mp3", "mp3/a.flac.mp3"));
}

TEST(Naming, EqualPathsOfTwoRootsAreNumberedInTheirOrder) {
  EXPECT_THAT(named({"b.flac", "a.flac", "a.flac"}),
              ElementsAre("mp3/b.mp3", "mp3/a.flac.mp3", "mp3/a.flac (2).mp3"));
}

TEST(Naming, NoFileHasTheNameOfAFolder) {
  EXPECT_THAT(named({"a.flac", "a.mp3/b.flac"}), ElementsAre("mp3/a.flac.mp3", "mp3/a.mp3/b.mp3"));
}

TEST(Naming, CopiedFilesKeepTheirNames) {
  const NamedSource sources[] = {{"a.flac", false}, {"a.mp3", true}, {"cover.jpg", true}};
  EXPECT_THAT(output_paths(sources, mp3()), ElementsAre("mp3/a.flac.mp3", "mp3/a.mp3", "mp3/cover.jpg"));
  const NamedSource more[] = {{"a.flac", false}, {"a.mp3", true}, {"a.flac.mp3", true}};
  EXPECT_THAT(output_paths(more, mp3()), ElementsAre("mp3/a.flac (2).mp3", "mp3/a.mp3", "mp3/a.flac.mp3"));
}

TEST(Naming, LongNamesAreCutAndKeepTheirExtension) {
  const std::string start(250, 'x');
  const auto paths = named({start + "1.wav", start + "2.wav", start + ".flac", start + ".wav"});
  EXPECT_EQ(std::set(paths.begin(), paths.end()).size(), 4U);
  for (const auto& path : paths) {
    EXPECT_LE(path.filename().native().size(), longest_name);
    EXPECT_EQ(path.extension(), ".mp3");
  }
}

TEST(Naming, WhatLeadsOutOfTheRootIsABug) {
  EXPECT_THROW(static_cast<void>(named({"../a.flac"})), Error);
  EXPECT_THROW(static_cast<void>(named({"/a.flac"})), Error);
}

TEST(Naming, AnyOrderOfTheSameSetGivesTheSameNamesAndNoTwoAreAlike) {
  std::mt19937 random(7);
  const std::string stems[] = {"a", "a.flac", "a.wav", "a (2)", "a.flac (2)", std::string(254, 'l'), "a.mp3"};
  const std::string extensions[] = {".flac", ".wav", ".mp3", ""};
  const std::string folders[] = {"", "d/", "a.mp3/", "a.flac.mp3/"};
  for (int round = 0; round < 200; ++round) {
    std::set<std::filesystem::path> set;
    while (set.size() < 20) {
      const auto path = folders[random() % 4] + stems[random() % 7] + extensions[random() % 4];
      set.insert(path);
    }
    Paths sources(set.begin(), set.end());
    std::map<std::filesystem::path, std::filesystem::path> first;
    for (int order = 0; order < 3; ++order) {
      const auto paths = named(sources);
      ASSERT_EQ(std::set(paths.begin(), paths.end()).size(), sources.size());
      for (std::size_t i = 0; i < sources.size(); ++i) {
        ASSERT_TRUE(stays_below(paths[i]));
        ASSERT_EQ(first.try_emplace(sources[i], paths[i]).first->second, paths[i]);
        for (const auto& other : paths) ASSERT_NE(other.parent_path(), paths[i]);
      }
      std::ranges::shuffle(sources, random);
    }
  }
}

}  // namespace
}  // namespace mpienc::collection
