#include "mpienc/store/commit_note.hpp"

#include <gtest/gtest.h>

#include "store_journal.hpp"

namespace mpienc::store::test {
namespace {

namespace fs = std::filesystem;
using mpienc::test::contents;
using mpienc::test::Scratch;
using Fit = CommitNote::Fit;

const JournalIdentity other_identity{{"--crf", "24"}};

void write(const fs::path& path, const std::string& content) {
  std::ofstream(path, std::ios::binary) << content;
}

TEST(CommitNote, FitsTheFileThatWasNotedUnderWhateverName) {
  const Scratch scratch;
  const CommitNote note(scratch / "film.mkv.journal");
  EXPECT_EQ(note.fit(one_identity, scratch / "film.mkv"), Fit::nothing);
  write(scratch / "half", "film");
  note.write(one_identity, *identify(scratch / "half"));
  EXPECT_TRUE(fs::exists(scratch / ".film.mkv.journal.commit"));
  EXPECT_EQ(note.fit(one_identity, scratch / "film.mkv"), Fit::nothing);
  fs::rename(scratch / "half", scratch / "film.mkv");
  EXPECT_EQ(note.fit(one_identity, scratch / "film.mkv"), Fit::output_and_job);
  EXPECT_EQ(note.fit(other_identity, scratch / "film.mkv"), Fit::output);
  fs::create_symlink(scratch / "film.mkv", scratch / "link.mkv");
  EXPECT_EQ(note.fit(one_identity, scratch / "link.mkv"), Fit::output_and_job);
  note.remove();
  EXPECT_EQ(note.fit(one_identity, scratch / "film.mkv"), Fit::nothing);
  fs::remove(scratch / "link.mkv");
  fs::remove(scratch / "film.mkv");
  EXPECT_TRUE(fs::is_empty(scratch.folder()));
}

TEST(CommitNote, FitsNoOtherFile) {
  const Scratch scratch;
  const CommitNote note(scratch / "j");
  write(scratch / "film.mkv", "film");
  note.write(one_identity, *identify(scratch / "film.mkv"));
  fs::copy_file(scratch / "film.mkv", scratch / "copy.mkv");
  EXPECT_EQ(note.fit(one_identity, scratch / "copy.mkv"), Fit::nothing);
  EXPECT_EQ(note.fit(one_identity, scratch.folder()), Fit::nothing);
  write(scratch / "film.mkv", "longer film");
  EXPECT_EQ(note.fit(one_identity, scratch / "film.mkv"), Fit::nothing);
}

TEST(CommitNote, FitsNothingWhicheverByteDiffers) {
  const Scratch scratch;
  const CommitNote note(scratch / "j");
  write(scratch / "film.mkv", "film");
  note.write(one_identity, *identify(scratch / "film.mkv"));
  const auto whole = contents(scratch / ".j.commit");
  for (std::size_t at = 0; at < whole.size(); ++at) {
    auto damaged = whole;
    damaged[at] = static_cast<char>(damaged[at] ^ 1);
    for (const auto& content : {damaged, whole.substr(0, at)}) {
      write(scratch / ".j.commit", content);
      ASSERT_EQ(note.fit(one_identity, scratch / "film.mkv"), Fit::nothing) << at;
      ASSERT_EQ(note.fit(other_identity, scratch / "film.mkv"), Fit::nothing) << at;
    }
  }
  note.write(one_identity, *identify(scratch / "film.mkv"));
  EXPECT_EQ(note.fit(one_identity, scratch / "film.mkv"), Fit::output_and_job);
}

TEST(CommitNote, ThatCannotBeWrittenIsAnError) {
  const Scratch scratch;
  EXPECT_EQ(failure([&] { CommitNote(scratch / "none" / "j").write(one_identity, {}); }).first,
            ExitStatus::output);
  CommitNote(scratch / "none" / "j").remove();
}

}  // namespace
}  // namespace mpienc::store::test
