#include "mpienc/app/recording_settings.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mpienc/core/error.hpp"

namespace mpienc::app {
namespace {

using testing::HasSubstr;
using Control = Mp3Settings::Control;

Options job(const std::string& output, const std::string& codec) {
  Options options;
  options.inputs = {"a.wav"};
  options.output = output;
  options.audio_codec = codec;
  return options;
}
Options mp3_job(const std::string& audio_options = "") {
  auto options = job("a.mp3", "libmp3lame");
  options.audio_options = audio_options;
  return options;
}

template <class Function>
std::string refusal(Function function) {
  try {
    function();
  } catch (const Error& error) {
    EXPECT_EQ(error.status(), ExitStatus::usage);
    EXPECT_EQ(std::string(error.what()).find('\n'), std::string::npos);
    return error.what();
  }
  return "none";
}
std::string mp3_refusal(const std::string& audio_options) {
  return refusal([&] { static_cast<void>(mp3_settings(mp3_job(audio_options))); });
}
std::string refusal_of(const Options& options) {
  return refusal([&] { check_recording_options(options); });
}

TEST(RecordingKind, FollowsFromOutputAndCodec) {
  EXPECT_EQ(recording_kind(job("a.flac", "flac")), RecordingKind::flac);
  EXPECT_EQ(recording_kind(job("a.FLAC", "flac")), RecordingKind::flac);
  EXPECT_EQ(recording_kind(job("a.mp3", "libmp3lame")), RecordingKind::mp3);
  EXPECT_EQ(recording_kind(job("a.mkv", "flac")), RecordingKind::none);
  EXPECT_EQ(recording_kind(job("a.flac", "libmp3lame")), RecordingKind::none);
  EXPECT_EQ(recording_kind(job("a.mp3", "copy")), RecordingKind::none);
}

TEST(RecordingKind, IsNoneOfSeveralInputsAndOfChosenStreams) {
  auto two = job("a.flac", "flac"), mapped = job("a.mp3", "libmp3lame");
  two.inputs.emplace_back("b.wav");
  mapped.maps = {"a:0"};
  EXPECT_EQ(recording_kind(two), RecordingKind::none);
  EXPECT_EQ(recording_kind(mapped), RecordingKind::none);
}

TEST(RecordingKind, OfAPlanFollowsFromTheCodec) {
  auto flac = job("", "flac"), mp3 = job("", "libmp3lame");
  flac.plan_only = mp3.plan_only = true;
  EXPECT_EQ(recording_kind(flac), RecordingKind::flac);
  EXPECT_EQ(recording_kind(mp3), RecordingKind::mp3);
}

TEST(Mp3Options, AreThoseOfLame) {
  EXPECT_EQ(mp3_settings(mp3_job()), Mp3Settings());
  const auto all = mp3_settings(mp3_job("reservoir=0:crc=1:mono=1:compression_level=7"));
  EXPECT_EQ(all.control, Control::quality);
  EXPECT_FALSE(all.reservoir);
  EXPECT_TRUE(all.checksums);
  EXPECT_TRUE(all.mono);
  EXPECT_EQ(all.effort, 7);
  EXPECT_EQ(mp3_settings(mp3_job("reservoir=1:crc=0:mono=0:abr=0")), Mp3Settings());

  auto constant = mp3_job();
  constant.audio_bit_rate = 192'000;
  EXPECT_EQ(mp3_settings(constant).control, Control::constant);
  EXPECT_EQ(mp3_settings(constant).bitrate, 192);
  auto average = constant;
  average.audio_options = "abr=1:crc=1";
  EXPECT_EQ(mp3_settings(average).control, Control::average);
  EXPECT_EQ(mp3_settings(average).bitrate, 192);
  EXPECT_TRUE(mp3_settings(average).checksums);
  auto quality = mp3_job();
  quality.audio_quality = 4.5;
  EXPECT_EQ(mp3_settings(quality).quality, 4.5);
}

TEST(Mp3Options, ThatLameDoesNotHaveAreRefused) {
  EXPECT_THAT(mp3_refusal("crc"), HasSubstr("K=V"));
  EXPECT_THAT(mp3_refusal("speed=1"), HasSubstr("'speed'"));
  EXPECT_THAT(mp3_refusal("crc=2"), HasSubstr("0 to 1"));
  EXPECT_THAT(mp3_refusal("crc=1x"), HasSubstr("'1x'"));
  EXPECT_THAT(mp3_refusal("compression_level=10"), HasSubstr("0 to 9"));
  EXPECT_THAT(mp3_refusal("compression_level=-1"), HasSubstr("'-1'"));
  EXPECT_THAT(mp3_refusal("compression_level="), HasSubstr("''"));
  EXPECT_THAT(mp3_refusal("abr=1"), HasSubstr("bit rate"));
  auto quality = mp3_job();
  quality.audio_quality = 11;
  EXPECT_NE(refusal_of(quality), "none");
}

TEST(FlacOptions, AreThoseOfFlac) {
  auto options = job("a.flac", "flac");
  EXPECT_EQ(flac_settings(options, true), encode::FlacSettings());
  EXPECT_FALSE(flac_settings(options, false).fma);
  options.compression = 8;
  options.block_samples = 1024;
  options.exhaustive_search = options.precision_search = true;
  EXPECT_EQ(flac_settings(options, true), (encode::FlacSettings{8, 1024, true, true, true}));
}

TEST(RecordingOptions, WithoutEffectAreRefused) {
  EXPECT_EQ(refusal_of(job("a.flac", "flac")), "none");
  EXPECT_EQ(refusal_of(mp3_job("crc=1")), "none");
  EXPECT_EQ(refusal_of(job("a.mkv", "libmp3lame")), "none");

  auto film = job("a.mkv", "libmp3lame");
  film.audio_options = "crc=1";
  EXPECT_EQ(refusal_of(film), "none");
  film.audio_options = "speed=1";
  EXPECT_THAT(refusal_of(film), HasSubstr("speed"));
  film = job("a.mkv", "libmp3lame");
  film.audio_bit_rate = 100'000;
  EXPECT_THAT(refusal_of(film), HasSubstr("one of 8, 16"));

  auto compressed_mp3 = mp3_job();
  compressed_mp3.compression = 5;
  EXPECT_THAT(refusal_of(compressed_mp3), HasSubstr("--compression"));
  auto flac_with_crc = job("a.flac", "flac");
  flac_with_crc.audio_options = "crc=1";
  EXPECT_THAT(refusal_of(flac_with_crc), HasSubstr("--audio-options"));
  auto flac_with_rate = job("a.flac", "flac");
  flac_with_rate.audio_bit_rate = 128'000;
  EXPECT_THAT(refusal_of(flac_with_rate), HasSubstr("--audio-bitrate"));
  for (auto options : {job("a.flac", "flac"), mp3_job()}) {
    auto cut = options, bad = options;
    cut.chunk_seconds = 5;
    EXPECT_THAT(refusal_of(cut), HasSubstr("--chunk"));
    bad.on_bad_chunk = OnBadChunk::skip;
    EXPECT_THAT(refusal_of(bad), HasSubstr("--on-bad-chunk"));
  }
  EXPECT_THAT(refusal_of(mp3_job("speed=1")), HasSubstr("'speed'"));
}

}  // namespace
}  // namespace mpienc::app
