#include "mpienc/report/text_columns.hpp"

#include <gtest/gtest.h>

#include "made_status.hpp"

namespace mpienc::report {
namespace {

TEST(TextColumns, OfWideAndCombiningCharacters) {
  EXPECT_EQ(columns_of("film"), 4U);
  EXPECT_EQ(columns_of("\xc3\xa9t\xc3\xa9"), 3U);
  EXPECT_EQ(columns_of("e\xcc\x81"), 1U);
  EXPECT_EQ(columns_of("\xe4\xb8\xad\xe6\x96\x87"), 4U);
  EXPECT_EQ(columns_of("\xf0\x9f\x8e\xac"), 2U);
}

TEST(TextColumns, CutsBeforeAWideCharacterThatHasNoRoom) {
  EXPECT_EQ(cut_to("film.mkv", 8), "film.mkv");
  EXPECT_EQ(cut_to("film.mkv", 5), "film~");
  EXPECT_EQ(cut_to("\xe4\xb8\xad\xe6\x96\x87\xe5\xad\x97", 4), "\xe4\xb8\xad~");
  EXPECT_EQ(cut_to("film", 1), "~");
  EXPECT_EQ(cut_to("film", 0), "");
  EXPECT_EQ(fitted("\xe4\xb8\xad\xe6\x96\x87", 6), "\xe4\xb8\xad\xe6\x96\x87  ");
  EXPECT_EQ(fitted("12", 4, true), "  12");
}

TEST(TextColumns, NothingThatSteersATerminalIsPrintable) {
  EXPECT_EQ(printable("a\x1b[31m\nb\x7f\xc2\x9b"), "a?[31m?b??");
  EXPECT_EQ(printable("\xe2\x80\xaegpj"), "?gpj");
  EXPECT_EQ(printable("\xff\xed\xa0\x80"), "????");
  EXPECT_EQ(printable("\xc0\xaf\xf5\x80\x80\x80"), "??????");
  EXPECT_EQ(printable("caf\xc3\xa9 \xe4\xb8\xad"), "caf\xc3\xa9 \xe4\xb8\xad");
}

TEST(TextColumns, FittedIsOfExactlySoManyColumns) {
  for (unsigned seed = 0; seed < 2000; ++seed) {
    test::MadeStatus made(seed);
    const auto text = printable(made.text());
    const auto width = static_cast<std::size_t>(made.number(0, 20));
    EXPECT_EQ(columns_of(fitted(text, width)), width) << text;
    EXPECT_EQ(columns_of(fitted(text, width, true)), width) << text;
    EXPECT_LE(columns_of(cut_to(text, width)), width) << text;
    EXPECT_EQ(printable(text), text);
  }
}

}  // namespace
}  // namespace mpienc::report
