#include "store_journal.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <hdf5.h>
#include <libdeflate.h>
#include <sys/stat.h>

#include <thread>

namespace mpienc::store::test {
namespace {

namespace fs = std::filesystem;
using mpienc::test::contents;
using mpienc::test::Scratch;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;
using testing::UnorderedElementsAre;

std::vector<std::string> names_in(const fs::path& folder) {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(folder)) names.push_back(entry.path().filename());
  return names;
}

std::pair<ExitStatus, std::string> refusal(const fs::path& folder, const JournalIdentity& identity,
                                           bool restart = false) {
  return failure([&] { const Journal journal(folder, identity, restart); });
}

TEST(Journal, GivesChunksBackWhileOthersAreStored) {
  const Scratch scratch;
  Journal journal(scratch / "j", one_identity, false);
  const auto result = made_bytes(4'000'000, 1);
  journal.store(0, 7, result);
  const std::jthread writer([&](const std::stop_token& stop) {
    for (int chunk = 1; chunk < 40 && !stop.stop_requested(); ++chunk) journal.store(chunk, 7, result);
  });
  for (int look = 0; look < 40; ++look) EXPECT_TRUE(journal.load(0, 7) == result) << look;
}

TEST(Journal, GivesChunksBackWhileOthersOfThatNumberAreStored) {
  const Scratch scratch;
  Journal journal(scratch / "j", one_identity, false), other(scratch / "k", one_identity, false);
  const auto result = made_bytes(1'000'000, 1);
  journal.store(7, 7, result);
  const std::jthread writer([&](const std::stop_token& stop) {
    for (int look = 0; look < 100 && !stop.stop_requested(); ++look)
      other.store(7, 7, made_bytes(1'000'000, 2));
  });
  for (int look = 0; look < 100; ++look) EXPECT_TRUE(journal.load(7, 7) == result) << look;
}

TEST(Journal, GivesBackWhatWasStoredAlsoWhenOpenedAgain) {
  const Scratch scratch;
  const std::vector<std::size_t> sizes{0, 1, 511, 5'000, 65'536, 20'000'000};
  const auto expect_all = [&](const Journal& journal) {
    for (std::size_t at = 0; at < sizes.size(); ++at) {
      const auto loaded = journal.load(static_cast<int>(at), 0xfedcba98U + static_cast<unsigned>(at));
      ASSERT_TRUE(loaded) << sizes[at];
      EXPECT_TRUE(*loaded == made_bytes(sizes[at], static_cast<unsigned>(at))) << sizes[at];
    }
  };
  {
    Journal journal(scratch / "j", one_identity, false);
    EXPECT_EQ(journal.restored(), 0);
    for (std::size_t at = 0; at < sizes.size(); ++at) {
      const auto seed = static_cast<unsigned>(at);
      journal.store(static_cast<int>(at), 0xfedcba98U + seed, made_bytes(sizes[at], seed));
    }
    expect_all(journal);
  }
  const Journal again(scratch / "j", one_identity, false);
  EXPECT_EQ(again.restored(), static_cast<int>(sizes.size()));
  expect_all(again);
}

TEST(Journal, LoadsNothingThatIsNotThereOrWasMadeFromSomethingElse) {
  const Scratch scratch;
  Journal journal(scratch / "j", one_identity, false);
  journal.store(3, 77, made_bytes(100, 1));
  EXPECT_FALSE(journal.load(2, 77));
  EXPECT_FALSE(journal.load(3, 78));
  EXPECT_TRUE(journal.load(3, 77));
  fs::copy_file(scratch / "j" / "chunk-000003.h5", scratch / "j" / "chunk-000004.h5");
  EXPECT_FALSE(journal.load(4, 77)) << "a chunk under another's name";
  fs::create_directory(scratch / "j" / "chunk-000005.h5");
  ::mkfifo((scratch / "j" / "chunk-000006.h5").c_str(), 0666);
  EXPECT_FALSE(journal.load(5, 77));
  EXPECT_FALSE(journal.load(6, 77));
}

TEST(Journal, ReplacesAChunkThatWasMadeFromSomethingElse) {
  const Scratch scratch;
  Journal journal(scratch / "j", one_identity, false);
  journal.store(1'234'567, 77, made_bytes(100, 1));
  journal.store(1'234'567, 78, made_bytes(200, 2));
  EXPECT_FALSE(journal.load(1'234'567, 77));
  EXPECT_EQ(journal.load(1'234'567, 78), made_bytes(200, 2));
}

TEST(JournalLayout, IsOneFilePerChunkThatAnyHdf5ReaderOpens) {
  const Scratch scratch;
  const auto folder = scratch / "j";
  Journal journal(folder, one_identity, false);
  const auto result = made_bytes(1000, 5);
  journal.store(123, 0xffffffffU, result);
  EXPECT_THAT(names_in(folder), UnorderedElementsAre("job.h5", "chunk-000123.h5", "lock", "open"));
  const hid_t file = H5Fopen((folder / "chunk-000123.h5").c_str(), H5F_ACC_RDONLY, H5P_DEFAULT);
  ASSERT_GE(file, 0);
  const auto number = [&](const char* name) {
    std::int64_t value = -1;
    const hid_t attribute = H5Aopen(file, name, H5P_DEFAULT);
    EXPECT_GE(H5Aread(attribute, H5T_NATIVE_INT64, &value), 0) << name;
    H5Aclose(attribute);
    return value;
  };
  EXPECT_EQ(number("chunk"), 123);
  EXPECT_EQ(number("task_checksum"), 0xffffffffL);
  EXPECT_EQ(number("result_checksum"), libdeflate_crc32(0, result.data(), 1000));
  EXPECT_EQ(number("length"), 1000);
  const hid_t dataset = H5Dopen2(file, "result", H5P_DEFAULT);
  Bytes read(1000);
  EXPECT_GE(H5Dread(dataset, H5T_NATIVE_UINT8, H5S_ALL, H5S_ALL, H5P_DEFAULT, read.data()), 0);
  EXPECT_TRUE(H5Tequal(H5Dget_type(dataset), H5T_STD_U8LE) > 0);
  EXPECT_EQ(read, result);
  H5Dclose(dataset);
  H5Fclose(file);
}

TEST(JournalIdentityCheck, NamesTheFirstDifferenceInTheOrderOfTheJob) {
  const Scratch scratch;
  const auto path = (scratch / "j").string();
  const auto text = [&](const std::string& then, const std::string& now) {
    return "the journal " + path + " was made with " + then + ", this job has " + now +
           ": use the same options, --restart to begin anew, or --journal for another one";
  };
  const auto line = [&](const JournalIdentity& identity) {
    const auto [status, what] = refusal(path, identity);
    EXPECT_EQ(status, ExitStatus::input);
    return what;
  };
  { const Journal journal(path, {{"--tune", ""}, {"--crf", "20"}, {"--preset", "slow"}}, false); }
  EXPECT_EQ(line({{"--tune", ""}, {"--crf", "23"}, {"--preset", "fast"}}), text("--crf 20", "--crf 23"));
  EXPECT_EQ(line({{"--preset", "fast"}, {"--crf", "23"}}), text("--preset slow", "--preset fast"));
  EXPECT_EQ(line({{"--tune", "film"}, {"--crf", "20"}, {"--preset", "slow"}}),
            text("--tune none", "--tune film"));
  EXPECT_EQ(line({{"--crf", "20"}, {"--preset", "slow"}, {"x264", "164\nb"}}),
            text("x264 none", "x264 164 b"));
  EXPECT_EQ(line({{"--crf", "20"}}), text("--preset slow", "--preset none"));
  EXPECT_EQ(refusal(path, {{"--preset", "slow"}, {"--crf", "20"}}).second, "none") << "in another order";
}

TEST(JournalIdentityCheck, TakesLongAndManyValues) {
  const Scratch scratch;
  JournalIdentity identity{{"empty", ""}, {"long", std::string(200'000, 'x')}, {"a/b", "\xc3\xb6"}};
  for (int at = 0; at < 500; ++at) identity.emplace_back("input " + std::to_string(at), std::to_string(at));
  EXPECT_EQ(refusal(scratch / "j", identity).second, "none");
  EXPECT_EQ(refusal(scratch / "j", identity).second, "none");
  identity.back().second = "other";
  EXPECT_THAT(refusal(scratch / "j", identity).second,
              HasSubstr("input 499 499, this job has input 499 other"));
}

TEST(JournalFolder, IsMadeButNotItsParent) {
  const Scratch scratch;
  EXPECT_THAT(refusal(scratch / "none" / "j", one_identity),
              Pair(ExitStatus::output, HasSubstr("none/j: cannot create the folder: No such file")));
  fs::create_directory(scratch / "empty");
  EXPECT_EQ(refusal(scratch / "empty", one_identity).second, "none");
  EXPECT_EQ(refusal(scratch / "slash/", one_identity).second, "none");
  EXPECT_EQ(refusal(scratch / "slash", one_identity).second, "none");
}

TEST(JournalFolder, OfSomethingElseIsRefusedAndUntouched) {
  const Scratch scratch;
  std::ofstream(scratch / "film.mkv") << "film";
  EXPECT_THAT(refusal(scratch / "film.mkv", one_identity), Pair(ExitStatus::output, HasSubstr("is a file")));
  for (const std::string name : {"film.vob", "chunk-000001.h5", "chunk-1.h5", "job.h5"}) {
    const auto folder = scratch / ("with " + name);
    fs::create_directory(folder);
    std::ofstream(folder / name) << "\x89HDF\r\n\x1a\n and more";
    for (const bool restart : {false, true}) {
      EXPECT_THAT(refusal(folder, one_identity, restart),
                  Pair(ExitStatus::output, HasSubstr("is no journal and not empty")));
      EXPECT_THAT(names_in(folder), ElementsAre(name)) << restart;
      EXPECT_EQ(contents(folder / name), "\x89HDF\r\n\x1a\n and more");
    }
  }
}

TEST(JournalFolder, HoldsOneJobAtATime) {
  const Scratch scratch;
  const auto path = (scratch / "j").string();
  {
    Journal journal(path, one_identity, false);
    for (const bool restart : {false, true}) {
      EXPECT_THAT(
          refusal(path, one_identity, restart),
          Pair(ExitStatus::output, "another mpienc is at work on this output (journal " + path + ")"));
    }
    journal.store(0, 1, made_bytes(10, 1));
    EXPECT_TRUE(journal.load(0, 1));
  }
  EXPECT_EQ(refusal(path, {{"other", "1"}}).first, ExitStatus::input);
  EXPECT_EQ(refusal(path, one_identity).second, "none") << "a refused job leaves no lock";
}

TEST(JournalRestart, ForgetsChunksAndIdentityButKeepsForeignFiles) {
  const Scratch scratch;
  const auto folder = scratch / "j";
  { Journal(folder, one_identity, false).store(7, 1, made_bytes(10, 1)); }
  const std::vector<std::string> foreign{"notes.txt", "chunk-7.h5", "chunk-000007.h5.bak", ".other.tmp",
                                         "chunk-00000x.h5"};
  for (const auto& name : foreign) std::ofstream(folder / name) << name;
  std::ofstream(folder / ".chunk-000009.h5.tmp") << "half";
  {
    const Journal journal(folder, {{"--crf", "1"}}, true);
    EXPECT_EQ(journal.restored(), 0);
    EXPECT_FALSE(journal.load(7, 1));
  }
  EXPECT_EQ(refusal(folder, {{"--crf", "1"}}).second, "none");
  auto expected = foreign;
  expected.insert(expected.end(), {"job.h5", "lock", "open"});
  EXPECT_THAT(names_in(folder), testing::UnorderedElementsAreArray(expected));
  for (const auto& name : foreign) EXPECT_EQ(contents(folder / name), name);
}

TEST(JournalOpening, SweepsHalfWrittenFilesAway) {
  const Scratch scratch;
  const auto folder = scratch / "j";
  { Journal(folder, one_identity, false).store(7, 1, made_bytes(10, 1)); }
  for (const std::string name : {".job.h5.tmp", ".chunk-000007.h5.tmp", ".chunk-1000008.h5.tmp"}) {
    std::ofstream(folder / name) << "half";
  }
  EXPECT_EQ(Journal(folder, one_identity, false).restored(), 1);
  EXPECT_THAT(names_in(folder), UnorderedElementsAre("job.h5", "chunk-000007.h5", "lock", "open"));
}

TEST(JournalOpening, BeginsWhereAKilledJobHadOnlyItsLock) {
  const Scratch scratch;
  fs::create_directory(scratch / "j");
  std::ofstream(scratch / "j" / "lock").flush();
  std::ofstream(scratch / "j" / ".job.h5.tmp") << "half";
  EXPECT_EQ(refusal(scratch / "j", one_identity).second, "none");
  EXPECT_THAT(names_in(scratch / "j"), UnorderedElementsAre("job.h5", "lock", "open"));
}

TEST(JournalRemove, TakesAwayItsOwnFilesAndTheEmptyFolder) {
  const Scratch scratch;
  for (const bool with_notes : {false, true}) {
    const auto folder = scratch / "j";
    Journal journal(folder, one_identity, false);
    journal.store(1, 1, made_bytes(10, 1));
    if (with_notes) std::ofstream(folder / "notes.txt") << "mine";
    journal.remove();
    EXPECT_EQ(fs::exists(folder), with_notes);
    journal.remove();
  }
  EXPECT_THAT(names_in(scratch / "j"), ElementsAre("notes.txt"));
}

TEST(JournalRemoveLeft, EndsWhatARemovalHadBegunAndTouchesNothingElse) {
  const Scratch scratch;
  EXPECT_TRUE(Journal::remove_left(scratch / "none"));
  { Journal(scratch / "whole", one_identity, false).store(1, 1, made_bytes(10, 1)); }
  { const Journal journal(scratch / "no chunks", one_identity, false); }
  fs::create_directory(scratch / "only lock");
  std::ofstream(scratch / "only lock" / "lock").flush();
  fs::create_directory(scratch / "empty");
  for (const std::string name : {"whole", "no chunks", "only lock", "empty"}) {
    EXPECT_TRUE(Journal::remove_left(scratch / name));
    EXPECT_FALSE(fs::exists(scratch / name)) << name;
  }
  fs::create_directory(scratch / "foreign");
  std::ofstream(scratch / "foreign" / "notes.txt") << "mine";
  EXPECT_TRUE(Journal::remove_left(scratch / "foreign"));
  EXPECT_THAT(names_in(scratch / "foreign"), ElementsAre("notes.txt"));
  const Journal in_use(scratch / "used", one_identity, false);
  EXPECT_EQ(failure([&] { Journal::remove_left(scratch / "used"); }).first, ExitStatus::output);
  EXPECT_TRUE(fs::exists(scratch / "used" / "job.h5"));
}

}  // namespace
}  // namespace mpienc::store::test
