#include <gmock/gmock.h>

#include "mpienc/collection/audio_names.hpp"
#include "mpienc/collection/distinct_paths.hpp"
#include "mpienc/collection/file_name.hpp"
#include "mpienc/collection/utf8.hpp"

namespace mpienc::collection {
namespace {

std::string repeated(std::string_view text, std::size_t times) {
  std::string all;
  while (times-- > 0) all += text;
  return all;
}

TEST(Utf8, WellFormedCharactersOnly) {
  for (const auto* text :
       {"a", "\x7f", "\xc2\x80", "ß", "€", "\xed\x9f\xbf", "\xee\x80\x80", "😀", "\xf4\x8f\xbf\xbf"}) {
    EXPECT_EQ(utf8_length(text), std::string_view(text).size()) << text;
  }
  EXPECT_EQ(utf8_length(std::string_view("\0", 1)), 1U);
  for (const auto* text :
       {"", "\x80", "\xc0\xaf", "\xc1\xbf", "\xc3", "\xc3(", "\xe0\x80\xaf", "\xe2\x82", "\xed\xa0\x80",
        "\xf0\x80\x80\xaf", "\xf0\x9f\x98", "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xff"}) {
    EXPECT_EQ(utf8_length(text), 0U);
  }
}

TEST(Utf8, APrefixCutsNoCharacter) {
  for (const std::string character : {"a", "ß", "€", "😀"}) {
    const auto text = repeated(character, 20);
    for (std::size_t most = 0; most <= text.size() + 1; ++most) {
      const auto prefix = utf8_prefix(text, most);
      EXPECT_EQ(prefix.size(), std::min(text.size(), most) / character.size() * character.size());
    }
  }
  EXPECT_EQ(utf8_prefix("\x80\x80\x80\x80\x80\x80", 5).size(), 5U)
      << "bytes that are no UTF-8 are cut anywhere";
}

TEST(FileName, IsSplitAtTheLastDot) {
  const auto expect = [](const char* name, const char* stem, const char* extension) {
    const auto parts = parts_of(name);
    EXPECT_EQ(parts.stem, stem);
    EXPECT_EQ(parts.extension, extension);
  };
  expect("a.b.flac", "a.b", ".flac");
  expect(".flac", ".flac", "");
  expect("README", "README", "");
  expect("a.", "a", ".");
}

TEST(FileName, FitsIn255Bytes) {
  EXPECT_EQ(fitted_name(std::string(251, 'x'), ".mp3"), std::string(251, 'x') + ".mp3");
  const auto one = fitted_name(std::string(251, 'x') + "1", ".mp3");
  const auto two = fitted_name(std::string(251, 'x') + "2", ".mp3");
  EXPECT_EQ(one.size(), longest_name);
  EXPECT_NE(one, two);
  EXPECT_THAT(one, testing::MatchesRegex("x+~[0-9a-f]+\\.mp3"));
  for (const std::size_t shift : {0, 1, 2, 3}) {
    const auto name = fitted_name(std::string(shift, 'x') + repeated("😀", 70), ".opus");
    EXPECT_LE(name.size(), longest_name);
    EXPECT_GT(name.size(), longest_name - 4);
    for (std::string_view left = name; !left.empty(); left.remove_prefix(utf8_length(left))) {
      ASSERT_GT(utf8_length(left), 0U) << "a character is cut in " << name;
    }
  }
  EXPECT_LE(fitted_name("x", "." + std::string(300, 'e')).size(), longest_name);
}

TEST(SafeName, LeavesNothingThatLeadsElsewhereOrIsHidden) {
  const std::pair<std::string, const char*> cases[] = {
      {"", "_"},
      {".", "_"},
      {"..", "__"},
      {"../../etc/passwd", "_._.._etc_passwd"},
      {"/etc", "_etc"},
      {"AC/DC", "AC_DC"},
      {"...And Justice for All", "_..And Justice for All"},
      {"R.E.M.", "R.E.M_"},
      {"  blank  ", "blank"},
      {"   ", "_"},
      {" . ", "_"},
      {std::string("a\0b", 3), "a_b"},
      {"tab\tline\nesc\x1b[31m\x7f", "tab_line_esc_[31m_"},
      {"<>:\"/\\|?*", "_________"},
      {"Bj\xf6rk", "Bj_rk"},
      {"Björk 😀", "Björk 😀"},
      {"\xc2\x85next line", "_next line"},
      {"con", "_con"},
      {"Nul.tar", "_Nul.tar"},
      {"AUX .x", "_AUX .x"},
      {"com7", "_com7"},
      {"LPT¹", "_LPT¹"},
      {"Console", "Console"},
      {"com", "com"},
  };
  for (const auto& [text, name] : cases) EXPECT_EQ(safe_name(text), name);
}

TEST(Shown, IsOneReadableLine) {
  EXPECT_EQ(shown("Björk/😀.flac"), "Björk/😀.flac");
  EXPECT_EQ(shown("a\nb\r\x1b[2J\x7f"), "a\\nb\\x0d\\x1b[2J\\x7f");
  EXPECT_EQ(shown("Bj\xf6rk\\n"), "Bj\\xf6rk\\\\n");
}

TEST(StaysBelow, KnowsTheWaysOut) {
  for (const auto* path : {"a", "a/b", "...", "a/..b", ".hidden"}) EXPECT_TRUE(stays_below(path)) << path;
  for (const auto* path : {"", "/", "/a", "..", "../a", "a/..", "a/../../b", ".", "./a", "a/"}) {
    EXPECT_FALSE(stays_below(path)) << path;
  }
}

TEST(DistinctPaths, AreNumberedFromTwo) {
  DistinctPaths paths;
  EXPECT_EQ(paths.take_numbered("x", "a", ".mp3"), "x/a.mp3");
  EXPECT_EQ(paths.take_numbered("x", "a (2)", ".mp3"), "x/a (2).mp3");
  EXPECT_EQ(paths.take_numbered("x", "a", ".mp3"), "x/a (3).mp3");
  EXPECT_EQ(paths.take_numbered("x", "a", ".ogg"), "x/a.ogg");
  EXPECT_EQ(paths.take_numbered("x", "A", ".mp3"), "x/A.mp3");
}

TEST(DistinctPaths, MayTakeLettersOfEitherCaseForOne) {
  DistinctPaths paths(Letters::either_case);
  EXPECT_EQ(paths.take_numbered("Abba", "a", ".mp3"), "Abba/a.mp3");
  EXPECT_EQ(paths.take_numbered("ABBA", "A", ".mp3"), "ABBA/A (2).mp3");
}

TEST(DistinctPaths, NoFileHasTheNameOfAFolder) {
  DistinctPaths paths;
  paths.keep_for_folders("x/a.mp3/y");
  EXPECT_EQ(paths.take_numbered("x", "a", ".mp3"), "x/a (2).mp3");
}

TEST(DistinctPaths, ManyOfOneNameStayCheap) {
  DistinctPaths paths;
  std::filesystem::path last;
  for (int i = 0; i < 20000; ++i) last = paths.take_numbered("", "track", ".mp3");
  EXPECT_EQ(last, "track (20000).mp3");
}

TEST(DistinctPaths, LongNamesOfOneBeginningStayDifferentWhenNumbered) {
  DistinctPaths paths;
  const auto one = paths.take_numbered("", std::string(300, 'x'), ".mp3");
  const auto two = paths.take_numbered("", std::string(300, 'x'), ".mp3");
  EXPECT_NE(one, two);
  EXPECT_LE(two.native().size(), longest_name);
}

TEST(AudioNames, AreAGuessByTheExtension) {
  for (const auto* name : {"a.flac", "b/A.FLAC", "x.Wav", "c.w64", "c.rf64", "c.aiff", "c.ape", "c.wv",
                           "c.m4a", "c.tta", "c.dsf"}) {
    EXPECT_TRUE(named_like_audio(name)) << name;
  }
  for (const auto* name : {"cover.jpg", "a.cue", "rip.log", "flac", ".flac", "a.flac.txt", "a."}) {
    EXPECT_FALSE(named_like_audio(name)) << name;
  }
}

}  // namespace
}  // namespace mpienc::collection
