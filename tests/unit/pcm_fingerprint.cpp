#include "mpienc/input/pcm_fingerprint.hpp"

#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "pcm_oracle.hpp"

namespace mpienc::input {
namespace {

using namespace mpienc::test;
using testing::HasSubstr;

TEST(Fingerprint, TellsFilesApartInWords) {
  const PcmFolder folder;
  const std::string content(1'000'000, 'a');
  const auto file = folder.write("a", content);
  const auto first = fingerprint(file);
  EXPECT_TRUE(same_file(first, fingerprint(file)));

  const auto time = std::filesystem::last_write_time(file);
  // Either end and a place between them: 66397 is one fifteenth of what the last block leaves.
  for (const std::size_t at : {std::size_t{0}, std::size_t{66397 + 4000}, content.size() - 1}) {
    auto other = content;
    other[at] = 'b';
    folder.write("a", other);
    std::filesystem::last_write_time(file, time);
    EXPECT_THAT(describe_difference(first, fingerprint(file)), HasSubstr("other content")) << at;
  }
  folder.write("a", content);
  std::filesystem::last_write_time(file, time + std::chrono::milliseconds(2500));
  EXPECT_EQ(describe_difference(first, fingerprint(file)), "was modified 2.500000 s earlier here than there");
  EXPECT_EQ(describe_difference(fingerprint(file), first), "was modified 2.500000 s later here than there");
  folder.write("a", content + "a");
  EXPECT_EQ(describe_difference(first, fingerprint(file)), "has 1000000 bytes here and 1000001 there");
}

TEST(Fingerprint, TakesFilesOfAnySize) {
  const PcmFolder folder;
  for (const std::size_t size : {0, 1, 15, 4095, 4096, 4097, 70000}) {
    const auto file = folder.write("a", std::string(size, 'a'));
    EXPECT_EQ(fingerprint(file).size, static_cast<std::int64_t>(size));
  }
  std::filesystem::resize_file(folder / "a", std::uintmax_t{1} << 42);  // sparse
  EXPECT_EQ(fingerprint(folder / "a").size, std::int64_t{1} << 42);
  EXPECT_THROW((void)fingerprint(folder / "none"), Error);
}

TEST(Fingerprint, Travels) {
  const FileFingerprint sent{1, 2, 3};
  const auto bytes = sent.serialise();
  ByteReader reader(bytes);
  EXPECT_TRUE(same_file(FileFingerprint::parse(reader), sent));
}

}  // namespace
}  // namespace mpienc::input
