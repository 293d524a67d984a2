#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <sstream>
#include <thread>

#include <gmock/gmock.h>
#include <spdlog/sinks/ostream_sink.h>

#include "mpienc/app/drain_request.hpp"
#include "mpienc/app/job_watch.hpp"
#include "mpienc/app/status_file.hpp"
#include "mpienc/app/status_keeper.hpp"
#include "mpienc/core/error.hpp"
#include "mpienc/core/warning_count.hpp"
#include "mpienc/report/job_status_json.hpp"

namespace mpienc::app {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class StatusFolder : public testing::Test {
 protected:
  StatusFolder() {
    std::string name = testing::TempDir() + "mpienc-status-XXXXXX";
    folder_ = mkdtemp(name.data());
    file_ = folder_ / "film.mkv.status";
  }
  ~StatusFolder() override { fs::remove_all(folder_); }

  void put(const fs::path& file, const std::string& text) const { std::ofstream(file) << text; }
  void put(const fs::path& file, double updated) const {
    report::JobStatus status;
    status.updated = updated;
    put(file, report::status_text(status));
  }
  [[nodiscard]] std::string text(const fs::path& file) const {
    std::ostringstream all;
    all << std::ifstream(file).rdbuf();
    return all.str();
  }
  [[nodiscard]] std::vector<std::string> names() const {
    std::vector<std::string> found;
    for (const auto& entry : fs::directory_iterator(folder_))
      found.push_back(entry.path().filename().string());
    std::ranges::sort(found);
    return found;
  }
  [[nodiscard]] bool appears() const {
    for (int i = 0; i < 3000 && !fs::exists(file_); ++i)
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    return fs::exists(file_);
  }

  fs::path folder_, file_;
  std::ostringstream said_;
  Logger logger_{"mpienc", std::make_shared<spdlog::sinks::ostream_sink_mt>(said_)};
  StopSignal signal_{[] {}};
};

TEST_F(StatusFolder, IsKeptUntilTheEnd) {
  {
    StatusKeeper keeper(file_, signal_, logger_);
    report::JobStatus status;
    status.pid = 4711;
    keeper.tell(status);
    ASSERT_TRUE(appears());
    const auto kept = report::parse_status(text(file_));
    EXPECT_EQ(kept.pid, 4711);
    EXPECT_GT(kept.updated, 1e9);
  }
  EXPECT_THAT(names(), IsEmpty());
  EXPECT_EQ(said_.str(), "");
}

TEST_F(StatusFolder, StaysWhereTheJobIsStartedAgain) {
  {
    StatusKeeper keeper(file_, signal_, logger_);
    keeper.tell({});
    ASSERT_TRUE(appears());
    keeper.end(true);
  }
  EXPECT_THAT(names(), ElementsAre("film.mkv.status"));
  remove_status(file_);
  EXPECT_THAT(names(), IsEmpty());
}

TEST_F(StatusFolder, WhatAKilledJobLeftIsReplacedAndAnothersFileIsNot) {
  put(file_, "my notes\n");
  {
    StatusKeeper keeper(file_, signal_, logger_);
    keeper.tell({});
    for (int i = 0; i < 3000 && said_.str().empty(); ++i)
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  EXPECT_THAT(said_.str(), HasSubstr("another file has that name"));
  EXPECT_EQ(text(file_), "my notes\n");
  remove_status(file_);
  EXPECT_EQ(text(file_), "my notes\n");
  put(file_, 1.0);
  {
    StatusKeeper keeper(file_, signal_, logger_);
    keeper.tell({});
    for (int i = 0; i < 3000 && report::parse_status(text(file_)).updated < 2; ++i) {
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
  }
  EXPECT_THAT(names(), IsEmpty());
}

TEST_F(StatusFolder, ALinkUnderTheHalfNameLeadsNowhere) {
  put(folder_ / "notes", "my notes\n");
  for (const bool hard : {false, true}) {
    if (hard) {
      fs::create_hard_link(folder_ / "notes", half_status(file_));
    } else {
      fs::create_symlink(folder_ / "notes", half_status(file_));
    }
    StatusKeeper keeper(file_, signal_, logger_);
    keeper.tell({});
    EXPECT_TRUE(appears());
    EXPECT_EQ(text(folder_ / "notes"), "my notes\n");
  }
  EXPECT_EQ(said_.str(), "");
}

TEST_F(StatusFolder, TellsWhoWritesIt) {
  EXPECT_EQ(status_writer(file_), "");
  report::JobStatus status;
  status.pid = 7;
  put(file_, report::status_text(status));
  const auto first = status_writer(file_);
  status.updated = 5;
  put(file_, report::status_text(status));
  EXPECT_EQ(status_writer(file_), first) << "the same process a second later";
  status.pid = 8;
  put(file_, report::status_text(status));
  EXPECT_NE(status_writer(file_), first);
}

TEST_F(StatusFolder, WhereItCannotBeWrittenOneWarningSaysSo) {
  {
    StatusKeeper keeper(folder_ / "absent" / "film.mkv.status", signal_, logger_);
    keeper.tell({});
    std::this_thread::sleep_for(std::chrono::milliseconds(1500));
  }
  const auto said = said_.str();
  EXPECT_THAT(said, HasSubstr("cannot be written: No such file or directory; the job goes on"));
  EXPECT_EQ(std::ranges::count(said, '\n'), 1) << said;
}

TEST_F(StatusFolder, WarningsCountShownOrNot) {
  logger_.set_level(spdlog::level::err);
  const WarningCount warnings(logger_);
  logger_.warn("first");
  logger_.info("none");
  logger_.warn("second");
  logger_.error("none");
  EXPECT_EQ(warnings.count(), 2);
  EXPECT_EQ(said_.str().find("first"), std::string::npos) << "quiet stays quiet";
}

TEST_F(StatusFolder, NamesOfFilms) {
  Options options;
  options.output = "films/film.mkv";
  EXPECT_EQ(status_file(options), "films/film.mkv.status");
  EXPECT_EQ(output_of_status("films/film.mkv.status"), "films/film.mkv");
  options.batch.emplace();
  EXPECT_EQ(status_file(options), "films/film.mkv/mpienc.status");
  EXPECT_EQ(output_of_status("out/mpienc.status"), "out");
  EXPECT_EQ(output_of_status("mpienc.status"), ".");
  options.status = false;
  EXPECT_EQ(status_file(options), "");
}

TEST_F(StatusFolder, AJobIsSilentByItsOwnClockUntilItsFileWasSeenToChange) {
  put(file_, 1000.0);
  JobWatch watch({folder_}, false);
  watch.look(1500, 10);
  ASSERT_EQ(watch.jobs().size(), 1U);
  EXPECT_EQ(watch.jobs()[0].silence, 500);
  EXPECT_EQ(watch.jobs()[0].name, "film.mkv");
  put(file_, 1001.0);
  watch.look(1501, 11);
  EXPECT_EQ(watch.jobs()[0].silence, 0) << "its clock is behind";
  watch.look(1513, 23);
  EXPECT_EQ(watch.jobs()[0].silence, 12);
  EXPECT_TRUE(watch.jobs()[0].silent());
  fs::remove(file_);
  watch.look(1514, 24);
  EXPECT_TRUE(watch.jobs()[0].ended);
  put(file_, 2000.0);
  watch.look(1515, 25);
  EXPECT_FALSE(watch.jobs()[0].ended) << "it was started again";
}

TEST_F(StatusFolder, AClockThatIsAheadHidesNoSilence) {
  put(file_, 9000.0);
  JobWatch watch({file_}, false);
  watch.look(1000, 10);
  EXPECT_EQ(watch.jobs()[0].silence, 0);
  watch.look(1030, 40);
  EXPECT_EQ(watch.jobs()[0].silence, 30);
}

TEST_F(StatusFolder, IsFoundByOutputFileAndFolder) {
  put(file_, 1.0);
  fs::create_directories(folder_ / "below" / "out");
  put(folder_ / "below" / "out" / "mpienc.status", 1.0);
  const auto found = [&](std::vector<fs::path> words, bool recursive) {
    JobWatch watch(std::move(words), recursive);
    watch.look(1, 1);
    std::vector<std::string> jobs;
    for (const auto& job : watch.jobs()) jobs.push_back(job.name);
    return jobs;
  };
  EXPECT_THAT(found({folder_ / "film.mkv"}, false), ElementsAre("film.mkv"));
  EXPECT_THAT(found({file_}, false), ElementsAre("film.mkv"));
  EXPECT_THAT(found({folder_}, false), ElementsAre("film.mkv"));
  EXPECT_THAT(found({folder_ / "below" / "out"}, false), ElementsAre("out"));
  EXPECT_THAT(found({folder_}, true), ElementsAre("below/out", "film.mkv"));
  EXPECT_THAT(found({folder_ / "absent.mkv", folder_ / "no folder"}, true), IsEmpty());
}

TEST_F(StatusFolder, WhatIsNoStatusIsPassedOverWithAWord) {
  put(folder_ / "text.status", "all is well\n");
  put(folder_ / "half.status", report::status_text({}).substr(0, 200));
  put(folder_ / "empty.status", "");
  fs::create_directory(folder_ / "folder.status");
  ASSERT_EQ(::mkfifo((folder_ / "pipe.status").c_str(), 0600), 0);
  put(file_, 1.0);
  fs::create_symlink(folder_ / "loop.status", folder_ / "loop.status");
  std::ofstream(folder_ / "large.status");
  fs::resize_file(folder_ / "large.status", std::uintmax_t{1} << 30);
  JobWatch watch({folder_}, false);
  watch.look(1, 1);
  EXPECT_EQ(watch.jobs().size(), 1U);
  auto said = watch.complaints();
  EXPECT_EQ(said.size(), 7U);
  std::ranges::sort(said);
  EXPECT_THAT(said[0], HasSubstr("empty.status is passed over: it is no JSON, or only half of it"));
  EXPECT_THAT(said[1], HasSubstr("folder.status is passed over: it is no regular file"));
  watch.look(2, 2);
  EXPECT_THAT(watch.complaints(), IsEmpty()) << "once is enough";
}

TEST_F(StatusFolder, ADrainRequestIsOneLineUnderANameOfItsOwn) {
  request_drain(folder_ / "film.mkv", "3");
  request_drain(folder_ / "film.mkv", "node-a");
  ASSERT_EQ(names().size(), 2U);
  std::set<std::string> lines;
  for (const auto& name : names()) {
    EXPECT_THAT(name, testing::MatchesRegex("film.mkv.drain.[A-Za-z0-9]{6}"));
    lines.insert(text(folder_ / name));
  }
  EXPECT_THAT(lines, ElementsAre("3\n", "node-a\n"));
  try {
    request_drain(folder_ / "absent" / "film.mkv", "3");
    ADD_FAILURE();
  } catch (const Error& error) {
    EXPECT_EQ(error.status(), ExitStatus::output);
  }
}

}  // namespace
}  // namespace mpienc::app
