#include "mpienc/view/layout.hpp"

#include <gmock/gmock.h>

#include "made_status.hpp"
#include "mpienc/report/text_columns.hpp"
#include "mpienc/view/job_tables.hpp"
#include "view_jobs.hpp"

namespace mpienc::view {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::vector<std::string> texts(const std::vector<Line>& lines) {
  std::vector<std::string> found;
  for (const auto& line : lines) found.push_back(line.text.substr(0, line.text.find_last_not_of(' ') + 1));
  return found;
}

TEST(Layout, ShowsJobsAndTheSelectedOnesRanks) {
  TopState state;
  state.job = "/films/b.mkv.status";
  state.rank = 1;
  const auto lines = lay_out({test::job("b.mkv", 0.632, 100), test::job("a.mkv", 0.25, 20)}, state, 12, 80);
  EXPECT_THAT(texts(lines),
              ElementsAre("mpienc top: 2 jobs                                                  jobs by name",
                          "  JOB          STATE                DONE     ETA     SPEED RANKS LOST STEALS",
                          "  a.mkv        running [##------] 25.0 % 0:12:30  20.0 fps     2    0      0",
                          "> b.mkv        running [#####---] 63.2 % 0:06:08   100 fps     2    0      0", "",
                          "/films/b.mkv", "film, 0:01:03 of 0:01:40 in 0:10:32; 0 chunks written",
                          "  RANK HOST     STATE    LANES RUNNING     HELD        FPS  DONE STEALS LOSSES",
                          "     0 node-b   working      2 10 20                  25.0     3      0      0",
                          ">    1 node-a   working      2 11 21                  75.0     9      0      0",
                          "", "arrows select  Tab table  s sort  d drain  ? help  q quit"));
  EXPECT_EQ(lines[3].style, Style::chosen);
  EXPECT_EQ(lines[9].style, Style::plain) << "the other table has the focus";
}

TEST(Layout, TellsWhatHasEndedAndWhatIsSilent) {
  auto jobs = std::vector{test::job("a.mkv", 0.5, 1), test::job("b.mkv", 0.5, 1)};
  jobs[0].ended = true;
  jobs[1].silence = 123;
  jobs[1].status.ranks[0].state = report::RankState::lost;
  jobs[1].status.lost_ranks = 1;
  TopState state;
  state.job = jobs[1].file;
  const auto lines = lay_out(jobs, state, 24, 80);
  EXPECT_THAT(lines[0].text, HasSubstr("2 jobs, 1 silent, 1 ended"));
  EXPECT_THAT(lines[2].text, HasSubstr("a.mkv        ended   [####----] 50.0 %       -         -"));
  EXPECT_EQ(lines[2].style, Style::faint);
  EXPECT_THAT(lines[6].text, HasSubstr("no sign for 123 s"));
  EXPECT_THAT(lines[8].text, HasSubstr("lost"));
  EXPECT_EQ(lines[8].style, Style::warning);
}

TEST(Layout, AsksAndAnswersInTheLastLine) {
  const std::vector jobs{test::job("a.mkv", 0.5, 1)};
  TopState state;
  state.asked = DrainRank{jobs[0].file, 1};
  EXPECT_EQ(lay_out(jobs, state, 24, 80).back().text, "Drain rank 1 of a.mkv? y: yes, other keys: no");
  state.asked.reset();
  state.message = "rank 1 \x1b was asked";
  EXPECT_EQ(lay_out(jobs, state, 24, 80).back().text, "rank 1 ? was asked");
  state.help = true;
  EXPECT_THAT(lay_out(jobs, state, 24, 80)[0].text, HasSubstr("keys"));
}

TEST(Layout, TheSelectedRowsAreShownHoweverManyThereAre) {
  std::vector<WatchedJob> jobs;
  for (int i = 0; i < 60; ++i) jobs.push_back(test::job(("film-" + std::to_string(100 + i)).c_str(), 0.5, 1));
  for (int i = 2; i < 200; ++i) jobs[40].status.ranks.push_back(test::rank(i, "node", 1, 1));
  for (const int rows : {9, 12, 24, 60}) {
    TopState state;
    state.job = jobs[40].file;
    state.rank = 150;
    const auto lines = texts(lay_out(jobs, state, rows, 80));
    EXPECT_THAT(lines, testing::Contains(testing::StartsWith("> film-140"))) << rows;
    EXPECT_THAT(lines, testing::Contains(testing::StartsWith(">  150"))) << rows;
  }
}

TEST(Layout, FitsEveryTerminalWhateverTheFilesSay) {
  for (unsigned seed = 0; seed < 600; ++seed) {
    test::MadeStatus made(seed);
    std::vector<WatchedJob> jobs;
    for (int i = made.number(0, 9); i > 0; --i) {
      jobs.push_back({made.text(), made.text(), made.job(), made.real(0, 1e9), made.number(0, 3) == 0});
    }
    TopState state;
    state.focus = static_cast<Focus>(made.number(0, 1));
    state.job_order = static_cast<JobOrder>(made.number(0, 3));
    state.rank_order = static_cast<RankOrder>(made.number(0, 3));
    state.help = made.number(0, 9) == 0;
    if (!jobs.empty()) state.job = jobs.back().file;
    const int rows = made.number(0, 30), columns = made.number(0, 100);
    const auto lines = lay_out(jobs, state, rows, columns);
    ASSERT_EQ(std::ssize(lines), rows);
    for (const auto& line : lines) {
      ASSERT_LE(report::columns_of(line.text), static_cast<std::size_t>(columns)) << line.text;
      ASSERT_EQ(report::printable(line.text), line.text);
    }
    for (const auto width : {10, 40, 80, 1 << 20}) {
      EXPECT_EQ(plain_text(jobs, static_cast<std::size_t>(width)).find('\x1b'), std::string::npos);
    }
  }
}

TEST(PlainText, HasAllColumnsWhereThereIsRoom) {
  auto job = test::job("a.mkv", 0.5, 10);
  job.name = "a name that is rather longer than the others.mkv";
  const auto text = plain_text({job}, 1 << 20);
  EXPECT_THAT(text, HasSubstr("a name that is rather longer than the others.mkv running"));
  EXPECT_THAT(text, HasSubstr("LOSSES"));
  EXPECT_EQ(text.find(" \n"), std::string::npos);
}

}  // namespace
}  // namespace mpienc::view
