#include "mpienc/plan/mp3_settings.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mp3_recording.hpp"

namespace mpienc {
namespace {

using test::average;
using test::constant;
using test::pcm16;
using test::quality;

TEST(Mp3Settings, DefaultIsThatOfTheProduct) {
  const auto settings = Mp3Settings::from_options(std::nullopt, std::nullopt);
  EXPECT_EQ(settings.control, Mp3Settings::Control::quality);
  EXPECT_EQ(settings.quality, 2);
}

TEST(Mp3Settings, BitRateRulesOverQuality) {
  const auto settings = Mp3Settings::from_options(5.5, 192000);
  EXPECT_EQ(settings.control, Mp3Settings::Control::constant);
  EXPECT_EQ(settings.bitrate, 192);
  EXPECT_EQ(Mp3Settings::from_options(5.5, std::nullopt).quality, 5.5);
}

Mp3Settings trip(const Mp3Settings& settings) {
  const Bytes bytes = settings.serialise();
  ByteReader reader(bytes);
  auto read = Mp3Settings::parse(reader);
  EXPECT_TRUE(reader.at_end());
  return read;
}

TEST(Mp3Settings, SurviveATrip) {
  for (auto settings : {quality(4.25), constant(320), average(131)}) {
    settings.reservoir = false;
    settings.checksums = true;
    settings.effort = 3;
    EXPECT_EQ(trip(settings), settings);
    settings.keep_rate = true;
    EXPECT_EQ(trip(settings), settings);
    settings.flush_join = true;
    EXPECT_EQ(trip(settings), settings);
  }
}

void expect_refusal(const Mp3Settings& settings, const PcmFormat& format, ExitStatus status,
                    const char* words) {
  try {
    check_mp3(settings, format);
    ADD_FAILURE() << "taken, not refused for: " << words;
  } catch (const Error& error) {
    EXPECT_EQ(error.status(), status);
    EXPECT_THAT(error.what(), testing::HasSubstr(words));
    EXPECT_THAT(error.what(), testing::Not(testing::HasSubstr("\n")));
  }
}

TEST(Mp3Settings, RefuseWhatNoMp3CanBe) {
  const auto cd = pcm16(44100, 2);
  expect_refusal(quality(10), cd, ExitStatus::usage, "quality 10");
  expect_refusal(quality(-1), cd, ExitStatus::usage, "quality -1");
  expect_refusal(constant(100), cd, ExitStatus::usage, "one of 8, 16");
  expect_refusal(constant(0), cd, ExitStatus::usage, "0 kbit/s");
  expect_refusal(average(400), cd, ExitStatus::usage, "8 to 320");
  Mp3Settings effort;
  effort.effort = 10;
  expect_refusal(effort, cd, ExitStatus::usage, "effort 10");
  expect_refusal(quality(2), pcm16(48000, 6), ExitStatus::input, "this input has 6");
  expect_refusal(quality(2), pcm16(0, 2), ExitStatus::input, "0 samples a second");
  EXPECT_THROW((void)Mp3Settings::from_options(std::nullopt, std::int64_t{1} << 40), Error);
}

TEST(Mp3Stream, LameSettlesIt) {
  const auto stream = encode::settle_mp3(constant(128), pcm16(44100, 2));
  EXPECT_EQ(stream.samples_per_frame, 1152);
  EXPECT_EQ(stream.delay, 576);
  EXPECT_EQ(stream.bitrate, 128);
  EXPECT_EQ(stream.tag_bytes(), 417);
  EXPECT_EQ(stream.joining, Mp3Joining::repack);
  const Bytes bytes = stream.serialise();
  ByteReader reader(bytes);
  EXPECT_EQ(Mp3Stream::parse(reader), stream);
}

TEST(Mp3Stream, JoiningFollowsWhatConverges) {
  const auto joining = [](const Mp3Settings& settings, std::int32_t rate) {
    return encode::settle_mp3(settings, pcm16(rate, 2)).joining;
  };
  EXPECT_EQ(joining(quality(2), 44100), Mp3Joining::flush);
  EXPECT_EQ(joining(quality(3.9), 44100), Mp3Joining::flush);
  EXPECT_EQ(joining(quality(4), 44100), Mp3Joining::repack);
  EXPECT_EQ(joining(quality(6), 48000), Mp3Joining::repack);
  EXPECT_EQ(joining(average(192), 48000), Mp3Joining::flush);
  EXPECT_EQ(joining(test::without_reservoir(average(192)), 48000), Mp3Joining::repack);
  EXPECT_EQ(joining(test::without_reservoir(quality(0)), 48000), Mp3Joining::repack);
  // At 22.05 kHz LAME means by -V 4 what it means by -V 2.4 above.
  EXPECT_EQ(joining(quality(4), 22050), Mp3Joining::flush);
  EXPECT_EQ(joining(quality(2), 96000), Mp3Joining::whole);
  EXPECT_EQ(joining(quality(9), 44100), Mp3Joining::whole);
  EXPECT_EQ(joining(constant(64), 44100), Mp3Joining::whole);
}

TEST(Mp3Stream, TracksKeepTheirRateAndAreNeverRepacked) {
  for (const auto& settings :
       {quality(2), quality(6), quality(9), constant(64), constant(320), average(192)}) {
    for (const std::int32_t rate : {44100, 48000, 32000, 22050, 8000}) {
      const auto stream = encode::settle_mp3(test::as_track(settings), pcm16(rate, 2));
      EXPECT_EQ(stream.rate, rate);
      EXPECT_EQ(stream.joining, Mp3Joining::flush);
    }
  }
}

}  // namespace
}  // namespace mpienc
