#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>

#include "mpienc/core/error.hpp"
#include "output_scratch.hpp"
#include "store_made.hpp"

namespace mpienc::store::test {
namespace {

namespace fs = std::filesystem;
using mpienc::test::Scratch;
using testing::HasSubstr;

/// Files grow to `bytes` at most while it lives; writing more fails instead of killing the process.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(std::uintmax_t bytes) : signal_(::signal(SIGXFSZ, SIG_IGN)) {
    ::getrlimit(RLIMIT_FSIZE, &before_);
    auto limit = before_;
    limit.rlim_cur = bytes;
    ::setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~FileSizeLimit() {
    ::setrlimit(RLIMIT_FSIZE, &before_);
    ::signal(SIGXFSZ, signal_);
  }
  FileSizeLimit(const FileSizeLimit&) = delete;
  FileSizeLimit& operator=(const FileSizeLimit&) = delete;

 private:
  rlimit before_{};
  void (*signal_)(int);
};

/// The one line that writing a record of 300 chunks ends with.
std::string failure(const fs::path& path) {
  try {
    write_record(path, 300);
  } catch (const Error& error) {
    EXPECT_EQ(error.status(), ExitStatus::output);
    EXPECT_THAT(error.what(), HasSubstr(path.string()));
    EXPECT_THAT(error.what(), testing::Not(HasSubstr("\n")));
    return error.what();
  }
  return "none";
}

TEST(RunRecordOutput, CannotBeInAMissingFolder) {
  const Scratch scratch;
  EXPECT_THAT(failure(scratch / "none" / "r.h5"), HasSubstr("cannot create it: No such file or directory"));
  EXPECT_THAT(failure(scratch.folder()), HasSubstr("Is a directory"));
}

TEST(RunRecordOutput, OnAFullDeviceSaysSo) {
  EXPECT_THAT(failure("/dev/full"), HasSubstr("/dev/full: no space left"));
}

TEST(RunRecordOutput, NeverReplacesAFilm) {
  const Scratch scratch;
  const std::string film(5000, 'v');
  std::ofstream(scratch / "film.vob") << film;
  EXPECT_THAT(failure(scratch / "film.vob"), HasSubstr("is no HDF5 file"));
  EXPECT_EQ(mpienc::test::contents(scratch / "film.vob"), film);
}

TEST(RunRecordOutput, ThatCannotGrowFailsWhereverThatIsAndNothingElseDoes) {
  const Scratch scratch;
  const auto path = scratch / "r.h5";
  ASSERT_EQ(failure(path), "none");
  const auto enough = fs::file_size(path);
  for (std::uintmax_t bytes = 0; bytes < enough; bytes += 991) {
    fs::remove(path);
    const FileSizeLimit limit(bytes);
    EXPECT_THAT(failure(path), HasSubstr("File too large")) << bytes << " of " << enough;
  }
  EXPECT_EQ(failure(path), "none") << "an earlier failure must not stay";
  EXPECT_EQ(read_run_record(path).chunks.size(), 300U);
}

TEST(RunRecordOutput, TellsItsFailureAgainOnEveryCallAndLeavesQuietly) {
  const Scratch scratch;
  const auto path = scratch / "r.h5";
  RunRecordWriter writer(path, made_info());
  Made made(1);
  const auto size = fs::file_size(path);
  const FileSizeLimit limit(size);
  int failures = 0;
  for (int number = 0; number < 200; ++number) {
    try {
      writer.add(made.chunk(number));
    } catch (const Error& error) {
      EXPECT_THAT(error.what(), HasSubstr("File too large"));
      ++failures;
    }
  }
  EXPECT_EQ(failures, 200 - 63);
  EXPECT_THROW(writer.complete({}, {}), Error);
}

}  // namespace
}  // namespace mpienc::store::test
