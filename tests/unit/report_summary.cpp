#include <sstream>

#include <gmock/gmock.h>

#include "mpienc/report/progress.hpp"

namespace mpienc::report {
namespace {

using testing::HasSubstr;
using testing::Not;

Summary film() {
  Summary s;
  s.output = "film.mkv";
  s.frames_in = s.frames_out = 176543;
  s.bytes_in = 7'820'000'000;
  s.bytes_out = 1'240'000'000;
  s.programme_seconds = 7063;
  s.wall_seconds = 1000;
  s.cpu_seconds = 7900;
  s.chunks = 241;
  s.ranks = {{0, "node1", 4, 87000, 120, 3800, 3900, 3, 0},
             {1, "node2.cluster", 4, 89543, 121, 3890, 3960, 1, 1}};
  s.schedule = "steal";
  s.steals = 4;
  s.copies = 1;
  return s;
}

TEST(Summary, ReadsAsWritten) {
  EXPECT_EQ(summary_text(film()),
            R"(film.mkv (1:57:43 of programme)
  frames      176,543 in, 176,543 out, in 241 chunks
  size        7.82 GB in, 1.24 GB out (15.9 %)
  time        0:16:40 wall, 2:11:40 CPU
  speed       176.5 fps, 7.06 times realtime
  efficiency  96.1 %: 2:08:10 of encoding by 8 lanes in 0:16:40
  schedule    steal, 4 steals, 1 copy

  rank  host           lanes  chunks  stolen       frames       fps        CPU    busy
     0  node1              4     120       3       87,000      87.0    1:03:20    98 %
     1  node2.cluster      4     121       1       89,543      89.5    1:04:50    99 %
)");
}

TEST(Summary, DamageIsNamedOnlyWhereThereIsSome) {
  const std::string clean = summary_text(film());
  for (const char* label : {"damaged", "undecodable", "seams", "mended", "silence"}) {
    EXPECT_THAT(clean, Not(HasSubstr(label)));
  }
  Summary s = film();
  s.damaged_frames = 1;
  s.decode_errors = 2;
  s.seam_mismatches = 3;
  s.timeline_mends = 4;
  s.silence_seconds = 0.5;
  const std::string text = summary_text(s);
  EXPECT_THAT(text, HasSubstr("  damaged     1 frame concealed"));
  EXPECT_THAT(text, HasSubstr("  undecodable 2 packets\n"));
  EXPECT_THAT(text, HasSubstr("  seams       3 seams"));
  EXPECT_THAT(text, HasSubstr("  mended      4 jumps"));
  EXPECT_THAT(text, HasSubstr("  silence     0.500 s"));
}

TEST(Summary, TellsThatTheRanksReadTheInput) {
  Summary s = film();
  EXPECT_THAT(summary_text(s), Not(HasSubstr("each rank")));
  s.shared_input = true;
  EXPECT_THAT(summary_text(s), HasSubstr("  input       each rank read its own ranges\n"));
}

TEST(Summary, OfARecordingInOnePieceShowsNoIdleLanes) {
  Summary s = film();
  s.output = "concert.mp3";
  s.sample_rate = 44100;
  s.frames_in = s.frames_out = 4'410'000;
  s.programme_seconds = 100;
  s.chunks = 0;
  s.schedule = "";
  EXPECT_EQ(summary_text(s), R"(concert.mp3 (0:01:40 of programme)
  samples     4,410,000 in, 4,410,000 out, in one piece
  size        7.82 GB in, 1.24 GB out (15.9 %)
  time        0:16:40 wall, 2:11:40 CPU
  speed       0.10 times realtime
)");
}

TEST(Summary, OfAPipesAudioAloneTellsNeitherFramesNorItsSize) {
  Summary s = film();
  s.frames_in = s.frames_out = s.bytes_in = 0;
  s.chunks = 0;
  s.schedule = "";
  EXPECT_EQ(summary_text(s), R"(film.mkv (1:57:43 of programme)
  size        1.24 GB out
  time        0:16:40 wall, 2:11:40 CPU
  speed       7.06 times realtime
)");
}

TEST(Summary, NothingDoneIsNoNumberGame) {
  Summary s;
  s.output = "empty.mkv";
  s.ranks = {{0, "h", 0, 0, 0, 0, 0}};
  const std::string text = summary_text(s);
  EXPECT_THAT(text, Not(HasSubstr("nan")));
  EXPECT_THAT(text, Not(HasSubstr("inf")));
}

TEST(Summary, ALargeClusterDoesNotScrollTheTotalsAway) {
  Summary s = film();
  s.ranks.assign(500, s.ranks[0]);
  const std::string text = summary_text(s);
  EXPECT_LT(std::count(text.begin(), text.end(), '\n'), 45);
  EXPECT_THAT(text, HasSubstr("and 468 more ranks"));
}

}  // namespace
}  // namespace mpienc::report
