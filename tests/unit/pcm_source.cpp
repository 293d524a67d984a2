#include "mpienc/input/pcm_source.hpp"

#include <algorithm>
#include <random>
#include <span>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mpienc/input/pcm_file.hpp"
#include "pcm_oracle.hpp"
#include "wav_bytes.hpp"

namespace mpienc::input {
namespace {

using namespace mpienc::test;
using testing::ElementsAre;
using testing::HasSubstr;

std::string noise(std::size_t bytes) {
  std::mt19937 random(7);
  std::string text(bytes, '\0');
  for (auto& c : text) c = static_cast<char>(random());
  return text;
}

TEST(PcmSource, GivesRawFilesAsFfmpegReadsThem) {
  const PcmFolder folder;
  const auto samples = noise(36000);
  const WavFormat wide{.tag = 0xFFFE, .channels = 6, .bits = 24, .extension = extension(24, 0x3F)};
  const auto fmt = chunk("fmt ", WavFormat().bytes());
  const std::vector<std::filesystem::path> files = {
      folder.write("8.wav", wav(samples, {.channels = 1, .bits = 8})),
      folder.write("16.wav", wav(samples)),
      folder.write("24.wav", wav(samples, {.bits = 24})),
      folder.write("32.wav", wav(samples, {.bits = 32})),
      folder.write("wide.wav", wav(samples, wide)),
      folder.write("cut.wav", riff(fmt + chunk("data", samples + "x", 70000))),
      folder.write("stream.wav", riff(fmt + chunk("data", samples, 0xFFFFFFFF), "RIFF", 0xFFFFFFFF)),
      folder.write("rf64.wav", "RF64" + little(0xFFFFFFFF, 4) + "WAVE" + ds64(36080, 36000) + fmt +
                                   chunk("data", samples, 0xFFFFFFFF)),
      folder.write("w.w64",
                   wave64(wave64_chunk("fmt ", WavFormat().bytes()) + wave64_chunk("data", samples))),
      folder.write("a.aiff", aiff(2, 16, 9000, samples)),
      folder.write("24.aiff", aiff(1, 24, 12000, samples)),
      folder.write("8.aiff", aiff(1, 8, 36000, samples)),
      folder.write("s.aifc", aiff(2, 16, 9000, samples, "sowt"))};
  for (const auto& file : files) {
    SCOPED_TRACE(file);
    const auto source = open_pcm_source(file);
    const auto& about = source->description();
    ASSERT_TRUE(about.region.has_value());
    EXPECT_EQ(about.truncated, file.filename() == "cut.wav");
    EXPECT_EQ(about.warnings.size(), about.truncated ? 1U : 0U);
    const auto ours = values_of(*source, 777);
    EXPECT_EQ(static_cast<std::int64_t>(ours.size()), *about.samples * about.format.channels);
    expect_same(ours, ffmpeg_values(file, about.format.bits));
    EXPECT_TRUE(source->next(1).empty()) << "the end stays the end";
  }
}

TEST(PcmSource, KeepsTheValidBitsOfWideContainers) {
  const PcmFolder folder;
  // -1 and 2 in 20 bits of 24.
  const std::string samples = std::string("\xF0\xFF\xFF", 3) + std::string("\x20\0\0", 3);
  const auto file = folder.write(
      "20.wav", wav(samples, {.tag = 0xFFFE, .channels = 1, .bits = 24, .extension = extension(20, 4)}));
  const auto source = open_pcm_source(file);
  std::vector<std::int32_t> values(2);
  unpack(source->next(5), source->description().format, values);
  EXPECT_THAT(values, ElementsAre(-1, 2));
}

TEST(PcmSource, GivesAnyRangeToAnyProcess) {
  const PcmFolder folder;
  const auto samples = noise(8000);
  const auto path = folder.write("a.wav", wav(samples));
  const auto region = *open_pcm_source(path)->description().region;
  const PcmFile file(path);
  std::mt19937 random(3);
  for (int i = 0; i < 200; ++i) {
    const auto first = static_cast<std::int64_t>(random() % 2001);
    const auto count = static_cast<std::size_t>(random() % static_cast<unsigned>(2001 - first));
    Bytes bytes(4 * count);
    file.read_samples(region, first, bytes);
    ASSERT_TRUE(std::ranges::equal(
        bytes, std::as_bytes(std::span(samples)).subspan(4 * static_cast<std::size_t>(first), bytes.size())))
        << first << "+" << count;
  }
  Bytes too_many(8);
  for (const std::int64_t outside : {1999, -1}) {
    try {
      file.read_samples(region, outside, too_many);
      ADD_FAILURE() << outside;
    } catch (const Error& error) {
      EXPECT_EQ(error.status(), ExitStatus::internal);
    }
  }
  std::filesystem::resize_file(path, 4000);
  EXPECT_THROW(
      {
        try {
          file.read_samples(region, 1990, too_many);
        } catch (const Error& error) {
          EXPECT_EQ(error.status(), ExitStatus::input);
          EXPECT_THAT(error.what(), HasSubstr("became shorter"));
          throw;
        }
      },
      Error);
}

TEST(PcmSource, SaysOfWhichFileItWarns) {
  const PcmFolder folder;
  const auto file = folder.write("a.wav", wav(noise(4001)));
  EXPECT_THAT(open_pcm_source(file)->description().warnings,
              ElementsAre(file.string() + ": ends within a sample: its last 1 bytes are left out"));
}

TEST(PcmSource, IsEmptyWhereTheRecordingIs) {
  const PcmFolder folder;
  const auto source = open_pcm_source(folder.write("a.wav", wav("")));
  EXPECT_EQ(source->description().samples, 0);
  EXPECT_TRUE(source->next(100).empty());
}

TEST(PcmSource, RefusesWhatIsNoRecordingInOneLine) {
  const PcmFolder folder;
  const auto expect = [](const std::filesystem::path& file, const std::string& words) {
    SCOPED_TRACE(file);
    try {
      (void)open_pcm_source(file);
      ADD_FAILURE() << "accepted";
    } catch (const Error& error) {
      EXPECT_TRUE(error.status() == ExitStatus::input || error.status() == ExitStatus::codec);
      EXPECT_THAT(error.what(), HasSubstr(file.string()));
      EXPECT_THAT(error.what(), HasSubstr(words));
    }
  };
  expect(folder / "none.wav", "No such file");
  expect(folder / "", "folder");
  expect(folder.write("text.wav", "no recording"), "not a media file");
  expect(folder.write("unknown.wav", wav(noise(4000), {.tag = 0x1234})), "tag 0x1234");
  expect(folder.write("zero.wav", wav(noise(4000), {.channels = 0})), "0 channels");
  expect(make_recording(folder, "64.wav", "-c:a pcm_s64le"), "64 bits");
  output_of("ffmpeg -nostdin -v error -f lavfi -i testsrc=d=0.2:s=64x64 -c:v mpeg4 " +
            quoted(folder / "silent.mp4"));
  expect(folder / "silent.mp4", "has no audio");
}

}  // namespace
}  // namespace mpienc::input
