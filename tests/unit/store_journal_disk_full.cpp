#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/resource.h>

#include "store_journal.hpp"

namespace mpienc::store::test {
namespace {

namespace fs = std::filesystem;
using mpienc::test::Scratch;
using testing::AllOf;
using testing::HasSubstr;
using testing::Pair;

/// A tmpfs of `pages` pages of 4 KiB.
class SmallDisk {
 public:
  SmallDisk(const fs::path& at, int pages) : at_(at) {
    fs::create_directory(at);
    const auto options = "size=" + std::to_string(pages * 4) + "k";
    mounted_ = ::mount("none", at.c_str(), "tmpfs", 0, options.c_str()) == 0;
  }
  ~SmallDisk() {
    if (mounted_) ::umount(at_.c_str());
  }
  SmallDisk(const SmallDisk&) = delete;
  SmallDisk& operator=(const SmallDisk&) = delete;
  [[nodiscard]] bool mounted() const { return mounted_; }

 private:
  fs::path at_;
  bool mounted_ = false;
};

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

Bytes result_of(int chunk) { return made_bytes(5000, static_cast<unsigned>(chunk)); }

void expect_chunks(const Journal& journal, int count) {
  EXPECT_EQ(journal.load(count, 9), std::nullopt);
  for (int chunk = 0; chunk < count; ++chunk) ASSERT_EQ(journal.load(chunk, 9), result_of(chunk)) << chunk;
}

TEST(JournalOnAFullDisk, SaysSoAndKeepsWhatItHas) {
  const Scratch scratch;
  int stored_on_most = 0;
  for (int pages = 1; pages <= 24; ++pages) {
    const SmallDisk disk(scratch / "disk", pages);
    if (!disk.mounted()) GTEST_SKIP() << "no right to mount a small tmpfs here";
    const auto folder = scratch / "disk" / "j";
    int stored = 0;
    const auto [status, line] = failure([&] {
      Journal journal(folder, one_identity, false);
      for (; stored < 100; ++stored) journal.store(stored, 9, result_of(stored));
    });
    EXPECT_EQ(status, ExitStatus::output);
    EXPECT_EQ(line, folder.string() + ": no space left; free some or choose another folder") << pages;
    if (!fs::exists(folder / "job.h5")) {
      EXPECT_TRUE(fs::is_empty(scratch / "disk"))
          << "a journal that could not begin on " << pages << " pages";
      continue;
    }
    Journal journal(folder, one_identity, false);
    EXPECT_EQ(journal.restored(), stored);
    expect_chunks(journal, stored);
    if (stored == 0) continue;
    fs::remove(folder / "chunk-000000.h5");
    journal.store(0, 9, result_of(0));
    expect_chunks(journal, stored);
    stored_on_most = stored;
  }
  EXPECT_GT(stored_on_most, 2);
}

TEST(JournalThatCannotGrow, FailsWhereverThatIsAndKeepsWhatItHas) {
  const Scratch scratch;
  const auto folder = scratch / "j";
  Journal journal(folder, one_identity, false);
  journal.store(0, 9, result_of(0));
  const auto size = fs::file_size(folder / "chunk-000000.h5");
  for (std::uintmax_t bytes = 0; bytes < size; bytes += 97) {
    const FileSizeLimit limit(bytes);
    EXPECT_THAT(failure([&] { journal.store(1, 9, result_of(1)); }),
                Pair(ExitStatus::output, AllOf(HasSubstr(folder.string()), HasSubstr("File too large"))));
    EXPECT_THAT(failure([&] { journal.store(0, 9, result_of(5)); }).first, ExitStatus::output);
    EXPECT_FALSE(fs::exists(folder / ".chunk-000001.h5.tmp"));
    expect_chunks(journal, 1);
  }
  journal.store(1, 9, result_of(1));
  expect_chunks(journal, 2);
}

TEST(JournalThatCannotBegin, LeavesNothing) {
  const Scratch scratch;
  {
    const FileSizeLimit limit(700);
    EXPECT_THAT(failure([&] { const Journal journal(scratch / "j", one_identity, false); }),
                Pair(ExitStatus::output, HasSubstr("File too large")));
  }
  EXPECT_TRUE(fs::is_empty(scratch.folder()));
}

}  // namespace
}  // namespace mpienc::store::test
