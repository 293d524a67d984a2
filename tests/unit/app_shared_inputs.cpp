#include "mpienc/app/shared_inputs.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "shared_recording.hpp"

namespace mpienc::app {
namespace {

using namespace mpienc::test;
using testing::AllOf;
using testing::HasSubstr;

std::string line_of(const FileRange& range) {
  SharedInputs inputs;
  try {
    static_cast<void>(inputs.read(range));
  } catch (const Error& error) {
    EXPECT_EQ(error.status(), ExitStatus::input);
    return error.what();
  }
  return "nothing was thrown";
}

std::string text(const Bytes& bytes) { return {reinterpret_cast<const char*>(bytes.data()), bytes.size()}; }

TEST(FileRange, Travels) {
  const FileRange sent{"/data/a b.wav", {12, 34, 56}, 44, 1000};
  const auto bytes = sent.serialise();
  ByteReader reader(bytes);
  EXPECT_EQ(FileRange::parse(reader), sent);
  EXPECT_TRUE(reader.at_end());
}

TEST(SharedInputs, GivesTheBytesOfARange) {
  const PcmFolder folder;
  const auto path = folder.write("a", "0123456789").string();
  const FileRange range{path, input::fingerprint(std::filesystem::path(path)), 3, 4};
  SharedInputs inputs;
  EXPECT_EQ(text(inputs.read(range)), "3456");
  Bytes part(2);
  inputs.read(range, 1, part);
  EXPECT_EQ(text(part), "45");
}

TEST(SharedInputs, TellsFilesThatAreNotRankZerosAndTheWayOut) {
  const PcmFolder folder;
  const auto path = folder.write("a.wav", "0123456789").string();
  const auto seen = input::fingerprint(std::filesystem::path(path));
  const auto differs = [&](FileFingerprint by_rank_zero) { return line_of({path, by_rank_zero, 0, 10}); };
  EXPECT_THAT(differs({12, seen.modified, seen.samples_crc32}),
              AllOf(HasSubstr(path + " has 10 bytes here and 12 there"), HasSubstr("leave --shared-fs out")));
  EXPECT_THAT(differs({10, seen.modified + 1, seen.samples_crc32}), HasSubstr("was modified"));
  EXPECT_THAT(differs({10, seen.modified, seen.samples_crc32 + 1}), HasSubstr("other content"));
  std::filesystem::remove(path);
  EXPECT_THAT(differs(seen), AllOf(HasSubstr(path + ": No such file"), HasSubstr("leave --shared-fs out")));
}

TEST(SharedInputs, NoticesThatAnOpenFileIsNotTheOneOfALaterTask) {
  const PcmFolder folder;
  const auto path = folder.write("a", "0123456789").string();
  const auto seen = input::fingerprint(std::filesystem::path(path));
  SharedInputs inputs;
  EXPECT_EQ(text(inputs.read({path, seen, 0, 1})), "0");
  EXPECT_THROW((void)inputs.read({path, {10, seen.modified, 0}, 0, 1}), Error);
}

TEST(SharedInputs, TellsAFileThatBecomesShorter) {
  const PcmFolder folder;
  const auto path = folder.write("a", "0123456789").string();
  const FileRange range{path, input::fingerprint(std::filesystem::path(path)), 5, 5};
  SharedInputs inputs;
  EXPECT_EQ(text(inputs.read(range)), "56789");
  std::filesystem::resize_file(path, 7);
  EXPECT_THROW((void)inputs.read(range), Error);
}

TEST(SharedInputs, OpensMoreFilesThanItKeeps) {
  const PcmFolder folder;
  SharedInputs inputs;
  for (int i = 0; i < 200; ++i) {
    const auto path = folder.write(std::to_string(i), std::to_string(i)).string();
    const auto print = input::fingerprint(std::filesystem::path(path));
    EXPECT_EQ(text(inputs.read({path, print, 0, print.size})), std::to_string(i));
  }
  const std::filesystem::directory_iterator open("/proc/self/fd"), end;
  EXPECT_LT(std::distance(open, end), 100);
}

}  // namespace
}  // namespace mpienc::app
