#include <gmock/gmock.h>

#include "mpienc/collection/file_name.hpp"
#include "mpienc/collection/layout.hpp"
#include "mpienc/core/error.hpp"

namespace mpienc::collection {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using Tags = std::vector<Tag>;

std::string path_of(std::string_view layout, const Tags& tags,
                    const std::filesystem::path& relative = "dir/file.flac") {
  const Song songs[] = {{tags, relative}};
  return laid_out(Layout(layout), songs, ".mp3").front().string();
}

TEST(Layout, FillsInTags) {
  const Tags tags{{"ARTIST", "ABBA"},     {"Album", "Gold"}, {"TITLE", "Waterloo"}, {"TRACKNUMBER", "7/19"},
                  {"date", "1992-09-21"}, {"Genre", "Pop"},  {"My Own_Tag", "yes"}, {"disc", "01/02"}};
  EXPECT_EQ(path_of("{artist}/{title}", tags), "ABBA/Waterloo.mp3");
  EXPECT_EQ(path_of("Albums/{artist} - {album}/{track:02} {title}", tags),
            "Albums/ABBA - Gold/07 Waterloo.mp3");
  EXPECT_EQ(path_of("{ARTIST}/{Track} of {tracktotal}", tags), "ABBA/7 of 19.mp3");
  EXPECT_EQ(path_of("{disc:01}.{disctotal:03}", tags), "1.002.mp3");
  EXPECT_EQ(path_of("{year} {date}", tags), "1992 1992-09-21.mp3");
  EXPECT_EQ(path_of("{myowntag} {MY_OWN-TAG}", tags), "yes yes.mp3");
  EXPECT_EQ(path_of("{albumartist}", tags), "ABBA.mp3");
  EXPECT_EQ(path_of("{folder}/{stem} was {ext}", tags), "dir/file was flac.mp3");
  EXPECT_EQ(path_of("{{{artist}}}", tags), "{ABBA}.mp3");
}

TEST(Layout, KnowsTheNamesOfRiffAndId3) {
  const Tags riff{{"IART", "ABBA"}, {"INAM", "Waterloo"}, {"IPRD", "Gold"}, {"ICRD", "1992"}, {"ITRK", "7"}};
  EXPECT_EQ(path_of("{artist} {title} {album} {year} {track:02}", riff), "ABBA Waterloo Gold 1992 07.mp3");
  const Tags id3{{"TPE1", "ABBA"}, {"TPE2", "Various"}, {"TIT2", "Waterloo"}};
  EXPECT_EQ(path_of("{albumartist} {artist} {title}", id3), "Various ABBA Waterloo.mp3");
}

TEST(Layout, TheFirstTagThatIsNotBlankCounts) {
  EXPECT_EQ(path_of("{artist}", {{"artist", " \t"}, {"artist", "first"}, {"artist", "second"}}), "first.mp3");
}

TEST(Layout, MissingFieldsHaveDefaults) {
  EXPECT_EQ(path_of("{artist}/{album}/{track:02} {title}", {}), "Unknown Artist/Unknown Album/00 file.mp3");
  EXPECT_EQ(path_of("{artist|Nobody}/{track:02|99}/{title|No/Title}", {}), "Nobody/99/No_Title.mp3");
  EXPECT_EQ(path_of("{year} {genre} {whatever}", {}), "0000 Unknown Genre Unknown.mp3");
  EXPECT_EQ(path_of("{folder}", {}, "file.flac"), "Unknown.mp3");
}

TEST(Layout, ANumberThatIsNoneStaysAsItIs) {
  EXPECT_EQ(path_of("{track:02}", {{"track", "A1"}}), "A1.mp3");
  EXPECT_EQ(path_of("{track:02}", {{"track", "0003 "}}), "03.mp3");
  EXPECT_EQ(path_of("{track:02}", {{"track", "123456789012345678901234567890"}}),
            "123456789012345678901234567890.mp3");
}

TEST(Layout, AValueAddsNoFolderAndLeadsNowhere) {
  EXPECT_EQ(path_of("{artist}/{title}", {{"artist", ".."}, {"title", "../../../etc/passwd"}}),
            "__/_._.._.._etc_passwd.mp3");
  EXPECT_EQ(path_of("{artist}/{title}", {{"artist", "AC/DC"}, {"title", "/"}}), "AC_DC/_.mp3");
  EXPECT_EQ(path_of(".{artist}/.{title}.", {{"artist", "."}, {"title", std::string("\0", 1)}}), "__/___.mp3");
  EXPECT_EQ(path_of("{track:02}", {{"track", "..2"}}), "_.2.mp3");
}

TEST(Layout, SongsOfOneNameAreNumberedInTheirOrderOnMemoryCardsToo) {
  const Tags one{{"title", "Intro"}}, two{{"title", "INTRO"}}, three{{"title", "Intro (2)"}};
  const std::filesystem::path relative = "x.flac";
  const Song songs[] = {{one, relative}, {two, relative}, {three, relative}, {one, relative}};
  EXPECT_THAT(laid_out(Layout("a/{title}"), songs, ".mp3"),
              ElementsAre("a/Intro.mp3", "a/INTRO (2).mp3", "a/Intro (2) (2).mp3", "a/Intro (3).mp3"));
}

TEST(Layout, LongNamesAreCutWhereACharacterEnds) {
  std::string name;
  for (int i = 0; i < 100; ++i) name += "€";
  const std::filesystem::path path = path_of("{artist}/{title}", {{"artist", name}, {"title", name + "x"}});
  EXPECT_THAT(path.parent_path().string(), testing::MatchesRegex("(€)+~[0-9a-f]+"));
  EXPECT_THAT(path.filename().string(), testing::MatchesRegex("(€)+~[0-9a-f]+\\.mp3"));
  EXPECT_LE(path.filename().native().size(), longest_name);
}

TEST(Layout, WhatIsNoneIsRefusedInOneLineThatSaysWhere) {
  const std::pair<const char*, const char*> cases[] = {
      {"", "is empty"},
      {"/{title}", "begins with '/'"},
      {"{artist}/", "ends with '/'"},
      {"a//{title}", "has '//'"},
      {"../{title}", "has '..'"},
      {"a/../{title}", "has '..'"},
      {"./{title}", "has '.'"},
      {"  /{title}", "a name of blanks"},
      {"{artist", "at character 1 '{' without '}'"},
      {"a}b", "at character 2 '}' without '{'"},
      {"a{}", "at character 2 a field without a name"},
      {"{ar{tist}", "at character 1 '{' within a field"},
      {"{a/b}", "at character 1 '/' within"},
      {"{track:2}", "number format ':2'"},
      {"{track:02x}", "number format ':02x'"},
      {"{track:00}", "number format ':00'"},
      {"{artist|}", "nothing behind '|'"},
      {"{artist}: {title}", "at character 9 ':'"},
      {"a\\b", "at character 2 '\\'"},
      {"a\nb", "at character 2 a control character"},
  };
  for (const auto& [text, what] : cases) {
    try {
      const Layout layout(text);
      ADD_FAILURE() << text;
    } catch (const Error& error) {
      EXPECT_EQ(error.status(), ExitStatus::usage);
      EXPECT_THAT(error.what(), HasSubstr(what));
      EXPECT_THAT(error.what(), testing::Not(HasSubstr("\n")));
    }
  }
}

}  // namespace
}  // namespace mpienc::collection
