#include <gmock/gmock.h>

#include "mpienc/collection/analysis.hpp"
#include "mpienc/collection/tally.hpp"

namespace mpienc::collection {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

Result result(const std::string& outfile, const std::string& format, Status status,
              std::optional<double> seconds, const std::string& reason = {}) {
  Result r;
  r.infile = "in/" + outfile;
  r.outfile = outfile;
  r.format = format;
  r.status = status;
  r.return_code = status == Status::failed ? 3 : 0;
  r.execution_time = seconds;
  r.reason = reason;
  r.samples = 44100;
  r.bytes = 1000;
  return r;
}

TEST(Report, ReadsAsWritten) {
  Tally tally;
  for (const auto* name : {"a", "b", "c", "d"}) {
    tally.issue(std::string("mp3/") + name, "mp3");
    tally.issue(std::string("vorbis/") + name, "vorbis");
  }
  tally.take(result("mp3/a", "mp3", Status::converted, 2.0));
  tally.take(result("mp3/b", "mp3", Status::converted, 4.0));
  tally.take(result("mp3/c", "mp3", Status::failed, 0.5, "no audio\nin it"));
  tally.take(result("mp3/d", "mp3", Status::converted, 3.0));
  for (const auto* name : {"a", "b", "c"}) {
    tally.take(result(std::string("vorbis/") + name, "vorbis", Status::skipped, std::nullopt, "up to date"));
  }
  EXPECT_EQ(report_text(tally, 4, 2.0), R"(Summary
  files on input          4
  outputs issued          8
  results                 7   87.5 % of issued
  processed               4   2.00 per second
  converted               3
  skipped                 3
  failed                  1   25.0 % of processed

  codec      issued  converted     copied    skipped     failed         total       mean     median
  mp3             4          3          0          0          1        9.50 s     2.38 s     2.50 s
  vorbis          4          0          0          3          0             -          -          -

Failed:
  mp3: in/mp3/c: no audio\nin it

Without a result:
  vorbis/d
)");
}

TEST(Report, ProgressIsOneLine) {
  Tally tally;
  EXPECT_EQ(progress_text(tally, 0), "0 of 0: 0 converted");
  for (const auto* name : {"a", "b", "c", "d", "e"}) tally.issue(name, "mp3");
  tally.take(result("a", "mp3", Status::converted, 1.0));
  EXPECT_EQ(progress_text(tally, 2), "1 of 5: 1 converted, 0.50 per second");
  tally.take(result("b", "mp3", Status::skipped, std::nullopt));
  tally.take(result("c", "mp3", Status::failed, 1.0));
  tally.take(result("d", "mp3", Status::copied, 1.0));
  EXPECT_EQ(progress_text(tally, 2), "4 of 5: 1 converted, 1 copied, 1 skipped, 1 failed, 1.50 per second");
}

TEST(Report, OfNothingIsShort) {
  EXPECT_EQ(report_text(Tally(), 0, 0), R"(Summary
  files on input          0
  outputs issued          0
  results                 0
  processed               0
  converted               0
  skipped                 0
  failed                  0
)");
}

TEST(Tally, WhatIsIssuedIsReconciledWithWhatCameBack) {
  Tally tally;
  tally.issue("b", "mp3");
  tally.issue("a", "mp3");
  tally.issue("c", "mp3");
  tally.take(result("b", "mp3", Status::converted, 1.0));
  tally.take(result("b", "mp3", Status::converted, 1.0));
  tally.take(result("x", "mp3", Status::converted, 1.0));
  EXPECT_THAT(tally.unanswered(), ElementsAre("a", "c"));
  EXPECT_EQ(tally.unexpected(), 2);
  EXPECT_EQ(tally.sum().converted, 1);
  EXPECT_EQ(tally.sum().samples, 44100);
  EXPECT_EQ(tally.sum().bytes, 1000);
  EXPECT_THAT(report_text(tally, 3, 1), HasSubstr("2 results that nobody asked for"));
  tally.take(result("a", "mp3", Status::copied, 1.0));
  tally.take(result("c", "mp3", Status::skipped, std::nullopt));
  EXPECT_THAT(tally.unanswered(), testing::IsEmpty());
  EXPECT_THAT(report_text(tally, 3, 1), Not(HasSubstr("Without a result")));
  EXPECT_THAT(report_text(tally, 3, 1), HasSubstr("copied                  1"));
}

TEST(Tally, ManyFailuresAreNamedInPart) {
  Tally tally;
  for (int i = 0; i < 25; ++i) {
    tally.issue(std::to_string(i), "opus");
    tally.take(result(std::to_string(i), "opus", Status::failed, std::nullopt, "broken"));
  }
  const auto text = report_text(tally, 25, 1);
  EXPECT_THAT(text, HasSubstr("opus: in/19: broken"));
  EXPECT_THAT(text, Not(HasSubstr("in/20")));
  EXPECT_THAT(text, HasSubstr("and 5 more, see conversion_results.log"));
}

TEST(Median, IsTheMiddleOne) {
  EXPECT_EQ(median({}), 0);
  EXPECT_EQ(median({3}), 3);
  EXPECT_EQ(median({9, 1, 5}), 5);
  EXPECT_EQ(median({4, 1, 3, 2}), 2.5);
  EXPECT_EQ(total({1, 2, 3}), 6);
}

TEST(Analysis, ReadsAsWritten) {
  Analysis a;
  a.format = "FLAC, 16 bits, 44100 Hz, 2 channels";
  a.duration = 2.5;
  a.samples = 110250;
  a.peak = 0.5;
  a.rms = 0.1;
  a.clipped_samples = 3;
  a.stored_md5 = a.computed_md5 = "d41d8cd98f00b204e9800998ecf8427e";
  EXPECT_EQ(analysis_text(a), R"(format: FLAC, 16 bits, 44100 Hz, 2 channels
duration: 2.500000 s
samples: 110250
peak: -6.02 dBFS
rms: -20.00 dBFS
clipped_samples: 3
stored_md5: d41d8cd98f00b204e9800998ecf8427e
computed_md5: d41d8cd98f00b204e9800998ecf8427e
md5_result: match
decode_errors: 0
fault: none
)");
}

TEST(Analysis, SilenceHasNoLevelAndSumsAreCompared) {
  Analysis a;
  a.format = "two\nlines";
  a.computed_md5 = "00";
  EXPECT_THAT(analysis_text(a), HasSubstr("format: two\\nlines\n"));
  EXPECT_THAT(analysis_text(a), HasSubstr("peak: -inf dBFS\n"));
  EXPECT_THAT(analysis_text(a), HasSubstr("md5_result: none\n"));
  a.stored_md5 = "01";
  EXPECT_THAT(analysis_text(a), HasSubstr("md5_result: mismatch\n"));
}

}  // namespace
}  // namespace mpienc::collection
