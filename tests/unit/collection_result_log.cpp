#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <gmock/gmock.h>

#include "mpienc/collection/result_log.hpp"
#include "mpienc/core/error.hpp"
#include "output_scratch.hpp"

namespace mpienc::collection {
namespace {

const std::string header = "infile,outfile,format,conversion_status,return_code,execution_time\r\n";

Result converted(const std::string& infile) {
  Result r;
  r.infile = infile;
  r.outfile = "out.mp3";
  r.format = "mp3";
  r.execution_time = 1.5;
  return r;
}

/// What a reader that follows RFC 4180 makes of a log.
std::vector<std::vector<std::string>> rows_of(const std::string& text) {
  std::vector<std::vector<std::string>> rows;
  std::vector<std::string> row(1);
  bool inside = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '"') {
      if (inside && text.substr(i + 1, 1) == "\"") {
        row.back() += text[++i];
      } else {
        inside = !inside;
      }
    } else if (c == ',' && !inside) {
      row.emplace_back();
    } else if (text.substr(i, 2) == "\r\n" && !inside) {
      rows.push_back(std::exchange(row, std::vector<std::string>(1)));
      ++i;
    } else {
      row.back() += c;
    }
  }
  EXPECT_FALSE(inside);
  EXPECT_EQ(row, std::vector<std::string>(1)) << "the last row does not end";
  return rows;
}

TEST(ResultLog, RowsReadAsWritten) {
  EXPECT_EQ(log_row(converted("a.flac")), "a.flac,out.mp3,mp3,converted,0,1.500000\r\n");
  auto failed = converted("say \"hi\", you\n.flac");
  failed.status = Status::failed;
  failed.return_code = 3;
  failed.reason = "no such file";
  failed.execution_time.reset();
  EXPECT_EQ(log_row(failed), "\"say \"\"hi\"\", you\n.flac\",out.mp3,mp3,failed: no such file,3,-1\r\n");
}

TEST(ResultLog, AnyNameComesBack) {
  const test::Scratch scratch;
  const std::string names[] = {"plain",    "com,ma",  "quo\"te",    "\"", "new\nline",
                               "cr\r\nlf", " blank ", "Bj\xf6rk 😀", ""};
  {
    ResultLog log(scratch.folder());
    for (const auto& name : names) log.add(converted(name));
  }
  const auto rows = rows_of(test::contents(scratch / std::string(result_log_name)));
  ASSERT_EQ(rows.size(), std::size(names) + 1);
  for (std::size_t i = 0; i < std::size(names); ++i) {
    ASSERT_EQ(rows[i + 1].size(), 6U);
    EXPECT_EQ(rows[i + 1][0], names[i]);
  }
}

TEST(ResultLog, EachJobHasItsOwnAndRowsAreThereAtOnce) {
  const test::Scratch scratch;
  const auto path = scratch / "conversion_results.log";
  ResultLog first(scratch.folder());
  EXPECT_EQ(test::contents(path), header);
  first.add(converted("a"));
  EXPECT_EQ(test::contents(path), header + log_row(converted("a")));
  ResultLog second(scratch.folder());
  first.add(converted("late"));
  second.add(converted("b"));
  EXPECT_EQ(test::contents(path), header + log_row(converted("b")));
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(scratch.folder()), {}), 1)
      << "a temporary file is left";
}

TEST(ResultLog, AJobThatIsKilledLeavesAllItsRows) {
  const test::Scratch scratch;
  const pid_t child = ::fork();
  if (child == 0) {
    ResultLog log(scratch.folder());
    log.add(converted("a"));
    ::raise(SIGKILL);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFSIGNALED(status));
  EXPECT_EQ(test::contents(scratch / "conversion_results.log"), header + log_row(converted("a")));
}

TEST(ResultLog, AFullDiskLeavesNoPartOfARow) {
  const test::Scratch scratch;
  ::signal(SIGXFSZ, SIG_IGN);
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &before), 0);
  ResultLog log(scratch.folder());
  log.add(converted("a"));
  const auto row = log_row(converted("a"));
  const rlimit small{header.size() + row.size() + 10, before.rlim_max};
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &small), 0);
  EXPECT_THROW(log.add(converted("b")), Error);
  EXPECT_EQ(::setrlimit(RLIMIT_FSIZE, &before), 0);
  EXPECT_EQ(test::contents(scratch / "conversion_results.log"), header + row);
  log.add(converted("c"));
  EXPECT_EQ(rows_of(test::contents(scratch / "conversion_results.log")).size(), 3U);
}

TEST(ResultLog, AFolderThatIsNoneIsAnError) {
  const test::Scratch scratch;
  EXPECT_THROW(ResultLog(scratch / "none"), Error);
}

}  // namespace
}  // namespace mpienc::collection
