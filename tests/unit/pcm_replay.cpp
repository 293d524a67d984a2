#include "mpienc/input/pcm_replay.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <random>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "pcm_oracle.hpp"
#include "wav_bytes.hpp"

namespace mpienc::input {
namespace {

using namespace mpienc::test;
using testing::HasSubstr;

constexpr std::int64_t length = 200'000;

std::string noise(std::int64_t samples) {
  std::mt19937 random(7);
  std::string text(static_cast<std::size_t>(4 * samples), '\0');
  for (auto& c : text) c = static_cast<char>(random());
  return text;
}

struct Range {
  std::int64_t first, count;
};

void expect_ranges(const std::filesystem::path& file, const std::string& samples,
                   const std::vector<Range>& ranges) {
  PcmReplay replay(file);
  for (const auto& [first, count] : ranges) {
    const auto expected =
        std::as_bytes(std::span(samples))
            .subspan(static_cast<std::size_t>(4 * first), static_cast<std::size_t>(4 * count));
    EXPECT_TRUE(std::ranges::equal(replay.samples(first, count), expected)) << first << "+" << count;
  }
}

std::string refusal(PcmReplay& replay, std::int64_t first, std::int64_t count) {
  try {
    static_cast<void>(replay.samples(first, count));
  } catch (const Error& error) {
    EXPECT_EQ(error.status(), ExitStatus::input);
    return error.what();
  }
  return "none";
}

TEST(PcmReplay, GivesRangesOfRawAndOfCompressedFiles) {
  const PcmFolder folder;
  const auto samples = noise(length);
  const auto raw = folder.write("a.wav", wav(samples));
  const auto compressed = folder / "a.flac";
  output_of("ffmpeg -nostdin -v error -i " + quoted(raw) + " " + quoted(compressed));
  const std::vector<Range> rising{{0, 10}, {5, 100}, {70'000, 66'000}, {100'000, 66'000}, {199'990, 10}};
  const std::vector<Range> falling{{150'000, 9}, {149'999, 9}, {0, length}, {length, 0}, {3, 1}};
  for (const auto& file : {raw, compressed}) {
    SCOPED_TRACE(file);
    expect_ranges(file, samples, rising);
    expect_ranges(file, samples, falling);
  }
}

TEST(PcmReplay, RefusesAFileThatIsNoLongerThere) {
  const PcmFolder folder;
  const auto file = folder.write("a.wav", wav(noise(100)));
  const auto compressed = folder / "a.flac";
  output_of("ffmpeg -nostdin -v error -i " + quoted(file) + " " + quoted(compressed));
  for (const auto& shorter : {file, compressed}) {
    PcmReplay replay(shorter);
    EXPECT_THAT(refusal(replay, 50, 51), HasSubstr("changed while it was read")) << shorter;
  }
  PcmReplay missing(folder / "none.wav");
  EXPECT_THAT(refusal(missing, 0, 1), HasSubstr("is no file"));
}

TEST(PcmReplay, RefusesAPipeWithoutWaitingForIt) {
  const PcmFolder folder;
  const auto pipe = folder / "pipe";
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  PcmReplay replay(pipe);
  EXPECT_THAT(refusal(replay, 0, 1), HasSubstr("a second time"));
}

}  // namespace
}  // namespace mpienc::input
