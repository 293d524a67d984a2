// FLAC and MP3 outputs against the programs flac and lame.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "convert_song.hpp"
#include "flac_program.hpp"
#include "mp3_recording.hpp"
#include "mpienc/output/mp3_check.hpp"

namespace mpienc {
namespace {

class ConvertBytes : public testing::Test {
 protected:
  void SetUp() override {
    if (!test::flac_is_installed() || !test::have_lame()) GTEST_SKIP() << "flac or lame is not installed";
  }

  void compare_flac(const std::filesystem::path& input, const std::string& options,
                    const std::string& program) {
    ASSERT_EQ(test::run_flac(program, input, scratch_ / "theirs.flac"), "") << program;
    const auto result = test::convert_song(input, scratch_, {{"flac", options, "ours.flac"}}).front();
    EXPECT_EQ(result.status, ExitStatus::success) << result.reason;
    const auto ours = test::contents(scratch_ / "ours.flac");
    EXPECT_EQ(test::difference(ours, test::contents(scratch_ / "theirs.flac")), "") << program;
    EXPECT_EQ(result.bytes, std::ssize(ours));
  }

  void compare_mp3(const test::Recording& recording, const std::string& options, const std::string& program) {
    const auto theirs = test::lame_bytes(recording, program, scratch_);
    const auto result =
        test::convert_song(scratch_ / "in.wav", scratch_, {{"mp3", options, "ours.mp3"}}).front();
    EXPECT_EQ(result.status, ExitStatus::success) << result.reason;
    EXPECT_EQ(result.samples, recording.samples());
    EXPECT_EQ(test::difference(test::contents(scratch_ / "ours.mp3"), theirs), "") << program;
  }

  test::Scratch scratch_;
};

TEST_F(ConvertBytes, OfWavToFlacAreThoseOfFlac) {
  const auto input = scratch_ / "in.wav";
  for (const int bits : {16, 24}) {
    const auto format = test::wav_format(44100, 2, bits);
    const auto pcm = test::pcm_of(format, 23 * 44100 + 17, test::moving_stereo());
    test::write_wav(input, format, pcm, pcm.size());
    compare_flac(input, "", "-5");
    compare_flac(input, "compression_level=1", "-1");
  }
  compare_flac(input, "compression_level=8:block=1024:precision=1", "-8 -b 1024 -p");
  compare_flac(input, "compression_level=0:exhaustive=1", "-0 -e");
}

TEST_F(ConvertBytes, OfFlacToFlacAreThoseOfFlac) {
  const auto format = test::wav_format(48000, 1, 16);
  const auto pcm = test::pcm_of(format, 200'000, test::sine());
  test::write_wav(scratch_ / "in.wav", format, pcm, pcm.size());
  std::ofstream(scratch_ / "c.png") << "\x89PNG\r\n\x1a\n";
  const auto input = scratch_ / "in.flac";
  ASSERT_EQ(test::run_flac(
                "-0 -P 100 -T 'Odd Name=a=b' -T ARTIST=A -T ARTIST=B --picture='4|image/png|Back|1x1x8|" +
                    (scratch_ / "c.png").string() + "'",
                scratch_ / "in.wav", input),
            "");
  compare_flac(input, "compression_level=8", "-8");
}

TEST_F(ConvertBytes, OfMp3AreThoseOfLame) {
  const auto music = test::made_recording(44100, 2, 12);
  compare_mp3(music, "quality=0", "-V 0");
  compare_mp3(music, "", "-V 2");
  compare_mp3(music, "quality=4:reservoir=0", "-V 4 --nores");
  compare_mp3(music, "bitrate=128k:crc=1", "-b 128 -p");
  compare_mp3(music, "bitrate=190k:abr=1:compression_level=7", "--abr 190 -q 7");
  compare_mp3(music, "quality=3:mono=1", "-V 3 -m m");
}

TEST_F(ConvertBytes, OfMp3AtOtherRatesAreThoseOfLame) {
  compare_mp3(test::made_recording(22050, 1, 6), "", "-V 2");
  // LAME resamples both.
  compare_mp3(test::made_recording(44100, 2, 4), "bitrate=64k", "-b 64");
  compare_mp3(test::made_recording(96000, 2, 3), "quality=1", "-V 1");
}

TEST_F(ConvertBytes, OfSurroundAreMixedToStereo) {
  const auto format = test::wav_format(44100, 6, 16);
  const auto pcm = test::pcm_of(format, 3 * 44100, test::full_scale());
  test::write_wav(scratch_ / "in.wav", format, pcm, pcm.size());
  const auto result = test::convert_song(scratch_ / "in.wav", scratch_, {{"mp3", "", "ours.mp3"}}).front();
  ASSERT_EQ(result.status, ExitStatus::success) << result.reason;
  const auto file = test::contents(scratch_ / "ours.mp3");
  EXPECT_EQ(output::check_mp3_file(std::as_bytes(std::span(file))).samples, 3 * 44100);
  const auto probed = test::output_of("ffprobe -v error -show_entries stream=channels -of csv=p=0 '" +
                                      (scratch_ / "ours.mp3").string() + "'");
  EXPECT_EQ(probed, "2\n");
}

}  // namespace
}  // namespace mpienc
