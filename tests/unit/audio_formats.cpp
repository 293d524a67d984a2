#include <gmock/gmock.h>

#include "audio_clip.hpp"

namespace mpienc {
namespace {

using encode::AudioSettings;
using encode::AudioTrack;
using test::Clip;
using test::make_clip;
using test::run;
using test::worst_error;

TEST(AudioFormats, SurroundBecomesStereoForLame) {
  const auto output = run(make_clip("ac3", 48000, 6), "libmp3lame");
  EXPECT_EQ(output.stream.parameters->ch_layout.nb_channels, 2);
  EXPECT_EQ(run(make_clip("ac3", 48000, 6), "aac").stream.parameters->ch_layout.nb_channels, 6);
  EXPECT_EQ(run(make_clip("ac3", 48000, 6), "libopus").stream.parameters->ch_layout.nb_channels, 6);
  EXPECT_EQ(run(make_clip("pcm_s16le", 48000, 8), "ac3").stream.parameters->ch_layout.nb_channels, 6);
  EXPECT_EQ(run(make_clip("ac3", 48000, 1), "libmp3lame").stream.parameters->ch_layout.nb_channels, 1);
}

TEST(AudioFormats, ResamplesWhereTheEncoderHasToAndKeepsTheLength) {
  for (const int rate : {96000, 44100, 11025, 37800}) {
    for (const char* codec : {"libmp3lame", "libopus", "ac3"}) {
      const Clip clip = make_clip("pcm_s16le", std::int64_t{rate} * 2 + 77, 2, rate);
      const auto output = run(clip, codec);
      const int out = output.stream.parameters->sample_rate;
      const std::int64_t expected = rescale(std::int64_t{rate} * 2 + 77, {1, rate}, {1, out});
      EXPECT_EQ(output.stream.time_base, (Rational{1, out}));
      if (std::string(codec) != "ac3") {
        EXPECT_EQ(output.duration(), expected) << codec << rate;
      }
    }
  }
  const int low = run(make_clip("pcm_s16le", 9000, 2, 37800), "ac3").stream.parameters->sample_rate;
  EXPECT_EQ(low, 44100);
  EXPECT_EQ(run(make_clip("pcm_s16le", 9000, 2, 96000), "ac3").stream.parameters->sample_rate, 48000);
}

TEST(AudioFormats, FormatMayChangeOnTheWay) {
  const Clip surround = make_clip("ac3", 20 * 1536, 6, 48000);
  Clip stereo = make_clip("ac3", 20 * 1536, 2, 44100);
  test::change_time_base(stereo, {1, 90000});
  AudioSettings settings;
  settings.codec = "flac";
  av::Stream source;
  source.parameters = av::clone(*surround.stream.parameters);
  source.time_base = {1, 90000};
  const std::int64_t middle = rescale(20 * 1536, {1, 48000}, {1, 90000});
  const auto output = run(source, settings, [&](AudioTrack& track) {
    for (const auto& original : surround.packets) {
      av::Packet packet = av::clone(*original);
      packet->pts = rescale(original->pts + 256, {1, 48000}, {1, 90000});
      if (packet->pts < middle) track.push(*packet);
    }
    for (const auto& original : stereo.packets) {
      av::Packet packet = av::clone(*original);
      packet->pts = original->pts + middle + rescale(256, {1, 44100}, {1, 90000});
      track.push(*packet);
    }
  });
  EXPECT_EQ(output.stream.parameters->ch_layout.nb_channels, 6);
  EXPECT_EQ(output.counts.samples_silence, 0);
  const std::int64_t end = 20 * 1536 + rescale(output.counts.samples_in - 20 * 1536, {1, 44100}, {1, 48000});
  EXPECT_NEAR(static_cast<double>(output.duration()), static_cast<double>(end), 1);
}

TEST(AudioFormats, KeepsTwentyFourBits) {
  const Clip clip = make_clip("flac", 20'000, 2, 48000, AV_SAMPLE_FMT_S32);
  for (const char* codec : {"flac", "pcm"}) {
    const auto output = run(clip, codec);
    EXPECT_EQ(output.stream.parameters->bits_per_raw_sample, 24) << codec;
    EXPECT_LT(worst_error(test::decode(output), 0, 20'000), 1.0 / 4'000'000) << codec;
  }
  EXPECT_EQ(run(clip, "pcm").stream.parameters->codec_id, AV_CODEC_ID_PCM_S24LE);
  EXPECT_EQ(run(make_clip("ac3", 20'000), "pcm").stream.parameters->codec_id, AV_CODEC_ID_PCM_S16LE);
  EXPECT_EQ(run(make_clip("ac3", 20'000), "flac").stream.parameters->bits_per_raw_sample, 16);
}

TEST(AudioFormats, MissingParametersMeanStereoAt48000) {
  Clip clip = make_clip("ac3", 48000);
  clip.stream.parameters->sample_rate = 0;
  av_channel_layout_uninit(&clip.stream.parameters->ch_layout);
  clip.stream.parameters->format = -1;
  const auto output = run(clip, "aac");
  EXPECT_EQ(output.stream.parameters->sample_rate, 48000);
  EXPECT_EQ(output.stream.parameters->ch_layout.nb_channels, 2);
}

TEST(AudioFormats, RefusedSettingsAreCodecErrors) {
  const Clip clip = make_clip("ac3", 1536);
  AudioSettings settings;
  settings.codec = "libopus";
  settings.bit_rate = 90'000'000;
  try {
    AudioTrack track(clip.stream, settings, [](av::Packet) {});
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.status(), ExitStatus::codec);
    EXPECT_THAT(error.what(), testing::HasSubstr("libopus"));
  }
}

TEST(AudioFormats, BitRateAndQuality) {
  const Clip clip = make_clip("pcm_s16le", 48000 * 4);
  const auto size = [&](std::optional<std::int64_t> bit_rate, std::optional<double> quality) {
    AudioSettings settings;
    settings.bit_rate = bit_rate;
    settings.quality = quality;
    return run(clip.stream, settings,
               [&](AudioTrack& track) {
                 for (const auto& packet : clip.packets) track.push(*packet);
               })
        .bytes()
        .size();
  };
  EXPECT_NEAR(static_cast<double>(size(128'000, {})), 64'000, 2000);
  EXPECT_NEAR(static_cast<double>(size(320'000, 2)), 160'000, 5000);
  EXPECT_LT(size({}, 9), size({}, 0));
  EXPECT_EQ(size({}, {}), size({}, 2));
}

}  // namespace
}  // namespace mpienc
