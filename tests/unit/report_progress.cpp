#include <random>
#include <sstream>

#include <gmock/gmock.h>

#include "mpienc/report/format.hpp"
#include "mpienc/report/progress.hpp"
#include "mpienc/report/progress_display.hpp"

namespace mpienc::report {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

Snapshot halfway() {
  Snapshot s;
  s.elapsed = 100;
  s.fraction = 0.25;
  s.programme_seconds = 850;
  s.frames = 1234567;
  s.ranks = 4;
  s.lanes = 16;
  s.busy_lanes = 15;
  return s;
}

TEST(Format, GroupsDigits) {
  EXPECT_EQ(grouped(0), "0");
  EXPECT_EQ(grouped(999), "999");
  EXPECT_EQ(grouped(1000), "1,000");
  EXPECT_EQ(grouped(1234567), "1,234,567");
  EXPECT_EQ(grouped(-123456), "-123,456");
}

TEST(Format, SizesAreDecimal) {
  EXPECT_EQ(size_text(1), "1 byte");
  EXPECT_EQ(size_text(999), "999 bytes");
  EXPECT_EQ(size_text(1000), "1.00 kB");
  EXPECT_EQ(size_text(12'345'678), "12.3 MB");
  EXPECT_EQ(size_text(999'999), "1.00 MB");
  EXPECT_EQ(size_text(7'820'000'000), "7.82 GB");
}

TEST(Format, Durations) {
  EXPECT_EQ(duration_text(0), "0:00:00");
  EXPECT_EQ(duration_text(3599.6), "1:00:00");
  EXPECT_EQ(duration_text(90061), "25:01:01");
  EXPECT_EQ(duration_text(std::nan("")), "-");
  EXPECT_EQ(duration_text(-1), "-");
}

TEST(ProgressLine, SaysEverythingWhereThereIsRoom) {
  EXPECT_EQ(progress_line(halfway(), 100),
            " 25.0 %  1,234,567 frames  12346 fps  8.5x  ETA 0:05:00  15/16 lanes  4 ranks");
}

TEST(ProgressLine, KeepsTheImportantWhereThereIsLittle) {
  EXPECT_EQ(progress_line(halfway(), 24), " 25.0 %  ETA 0:05:00");
  EXPECT_EQ(progress_line(halfway(), 8), " 25.0 %");
  EXPECT_EQ(progress_line(halfway(), 0), "");
}

TEST(ProgressLine, WithoutFractionNeitherPercentNorEta) {
  Snapshot s = halfway();
  s.fraction.reset();
  EXPECT_THAT(progress_line(s, 100), Not(HasSubstr("%")));
  EXPECT_THAT(progress_line(s, 100), Not(HasSubstr("ETA")));
  EXPECT_THAT(progress_line(s, 100), HasSubstr("1,234,567 frames"));
}

TEST(ProgressLine, NeverSaysDoneTooEarly) {
  Snapshot s = halfway();
  s.fraction = 0.99999;
  EXPECT_THAT(progress_line(s, 100), HasSubstr(" 99.9 %"));
  s.fraction = 1;
  EXPECT_THAT(progress_line(s, 100), HasSubstr("100.0 %  "));
}

TEST(ProgressLine, FitsAnyWidthForAnySnapshot) {
  std::mt19937_64 random(7);
  const auto below = [&](int most) { return static_cast<int>(random() % static_cast<unsigned>(most)); };
  for (int i = 0; i < 20000; ++i) {
    Snapshot s;
    s.elapsed = below(4) == 0 ? 0 : below(1000000) / 7.0;
    if (below(3) != 0) s.fraction = below(1200) / 1000.0 - 0.1;
    s.programme_seconds = below(1000000);
    s.frames = static_cast<std::int64_t>(random() >> below(60) >> 2);
    s.ranks = below(5000);
    s.lanes = below(50000);
    s.busy_lanes = below(50000);
    const int columns = below(140) - 5;
    const std::string line = progress_line(s, columns);
    EXPECT_LE(static_cast<int>(line.size()), std::max(columns, 0));
    EXPECT_EQ(line.find_first_of("\r\n"), std::string::npos);
    EXPECT_THAT(line, Not(HasSubstr("nan")));
    EXPECT_THAT(line, Not(HasSubstr("inf")));
  }
}

std::string shown(ProgressStyle style, double step, double end) {
  std::ostringstream out;
  ProgressDisplay display(out, style, [] { return 80; });
  for (double t = 0; t <= end; t += step) {
    Snapshot s = halfway();
    s.elapsed = t;
    display.update(s);
  }
  return out.str();
}

TEST(ProgressDisplay, RedrawsFourTimesASecondOnATerminal) {
  const std::string text = shown(ProgressStyle::terminal, 0.03125, 2);
  EXPECT_EQ(std::count(text.begin(), text.end(), '\r'), 9);
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 0);
}

TEST(ProgressDisplay, OnePlainLineEveryTenSecondsInALog) {
  const std::string text = shown(ProgressStyle::log, 0.25, 35);
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 3);
  EXPECT_EQ(text.find('\r'), std::string::npos);
  EXPECT_EQ(text.find('\x1b'), std::string::npos);
}

TEST(ProgressDisplay, SaysNothingWhenQuiet) { EXPECT_THAT(shown(ProgressStyle::none, 1, 100), IsEmpty()); }

TEST(ProgressDisplay, WipesItsLineAtTheEndAndOnce) {
  std::ostringstream out;
  {
    ProgressDisplay display(out, ProgressStyle::terminal, [] { return 80; });
    display.update(halfway());
    display.clear();
    const auto cleared = out.str().size();
    display.clear();
    EXPECT_EQ(out.str().size(), cleared);
  }
  EXPECT_TRUE(out.str().ends_with("\r\x1b[K"));
}

TEST(ProgressDisplay, LeavesTheLastColumnFreeAndFollowsAResize) {
  std::ostringstream out;
  int columns = 20;
  ProgressDisplay display(out, ProgressStyle::terminal, [&] { return columns; });
  display.update(halfway());
  EXPECT_EQ(out.str(), "\r\x1b[K 25.0 %");
  columns = 21;
  out.str("");
  Snapshot later = halfway();
  later.elapsed = 101;
  display.update(later);
  EXPECT_EQ(out.str(), "\r\x1b[K 25.0 %  ETA 0:05:03");
}

}  // namespace
}  // namespace mpienc::report
