#include <random>

#include <gtest/gtest.h>

#include "audio_clip.hpp"

namespace mpienc {
namespace {

using encode::AudioSettings;
using encode::AudioTrack;
using test::Clip;
using test::make_clip;
using test::run;
using test::worst_error;

class EveryCodec : public testing::TestWithParam<std::string> {};
INSTANTIATE_TEST_SUITE_P(AudioTrack, EveryCodec,
                         testing::Values("libmp3lame", "aac", "flac", "pcm", "ac3", "mp2", "libopus",
                                         "alac"));

TEST_P(EveryCodec, KeepsTheNumberOfSamples) {
  for (const std::int64_t samples : {1, 1151, 1152, 1153, 48000, 100'003}) {
    const Clip clip = make_clip("pcm_s16le", samples);
    const auto output = run(clip, GetParam());
    EXPECT_EQ(output.counts.samples_in, samples);
    EXPECT_EQ(output.counts.samples_silence, 0);
    EXPECT_EQ(output.packets.front()->pts, -output.stream.parameters->initial_padding);
    const bool pads = GetParam() == "ac3" || GetParam() == "mp2";
    if (!pads) {
      EXPECT_EQ(output.duration(), samples) << samples;
    }
    EXPECT_GE(output.duration(), samples);
    EXPECT_LT(output.duration(), samples + 1600 + output.stream.parameters->initial_padding);
  }
}

TEST_P(EveryCodec, PacketsFollowEachOther) {
  const auto output = run(make_clip("ac3", 60'000), GetParam());
  for (std::size_t i = 1; i < output.packets.size(); ++i) {
    EXPECT_EQ(output.packets[i]->pts, output.packets[i - 1]->pts + output.packets[i - 1]->duration);
    EXPECT_EQ(output.packets[i]->dts, output.packets[i]->pts);
  }
}

TEST_P(EveryCodec, GivesTheSameBytesAgain) {
  const Clip clip = make_clip("ac3", 60'000, 6);
  const auto once = run(clip, GetParam());
  const auto again = run(clip, GetParam());
  EXPECT_EQ(once.bytes(), again.bytes());
  EXPECT_EQ(once.extradata, again.extradata);
  EXPECT_FALSE(once.bytes().empty());
}

TEST(AudioTrack, DecodesToExactlyTheSamples) {
  for (const char* codec : {"flac", "pcm", "libmp3lame"}) {
    const auto output = run(make_clip("pcm_s16le", 100'003), codec);
    const auto samples = test::decode(output);
    ASSERT_EQ(samples.size(), 100'003U) << codec;
    const bool lossy = std::string(codec) == "libmp3lame";
    EXPECT_LT(worst_error(samples, 2000, 99'000), lossy ? 0.02 : 1e-4) << codec;
  }
}

TEST(AudioTrack, HalfASecondMissingBecomesSilence) {
  for (const char* codec : {"flac", "pcm", "libmp3lame", "aac"}) {
    Clip clip = make_clip("pcm_s16le", 48 * 1024);
    for (std::size_t i = 24; i < clip.packets.size(); ++i) clip.packets[i]->pts += 24000;
    const auto output = run(clip, codec);
    EXPECT_EQ(output.counts.samples_silence, 24000);
    EXPECT_EQ(output.counts.samples_dropped, 0);
    EXPECT_EQ(output.duration(), 48 * 1024 + 24000) << codec;
    const auto samples = test::decode(output);
    if (std::string(codec) != "aac") {
      ASSERT_EQ(samples.size(), 48U * 1024 + 24000) << codec;
    }
    const bool lossy = std::string(codec) == "libmp3lame" || std::string(codec) == "aac";
    const std::size_t gap = 24 * 1024;
    EXPECT_LT(worst_error(samples, 4000, gap - 3000), lossy ? 0.02 : 1e-4);
    EXPECT_LT(worst_error(samples, gap + 27000, samples.size() - 3000, 24000), lossy ? 0.02 : 1e-4) << codec;
    for (std::size_t i = gap + 3000; i < gap + 21000; ++i) ASSERT_NEAR(samples[i], 0, lossy ? 1e-3 : 0);
    if (!lossy) {
      EXPECT_EQ(samples[gap], 0);
      EXPECT_EQ(samples[gap + 23999], 0);
      EXPECT_LT(worst_error(samples, gap + 24000, samples.size(), 24000), 1e-4);
    }
  }
}

TEST(AudioTrack, CoarseTicksAndJitterCostNothing) {
  for (const Rational tick : {Rational{1, 1000}, Rational{1, 90000}, Rational{1, 600}}) {
    std::mt19937_64 random(7);
    Clip clip = make_clip("ac3", 48000 * 5, 2, 44100);
    test::change_time_base(clip, tick);
    for (auto& packet : clip.packets) {
      packet->pts += rescale(static_cast<std::int64_t>(random() % 11) - 5, {1, 1000}, tick);
    }
    clip.packets.front()->pts = 0;
    const auto output = run(clip, "flac");
    EXPECT_EQ(output.counts.samples_silence, 0);
    EXPECT_EQ(output.counts.samples_dropped, 0);
    EXPECT_EQ(output.duration(), output.counts.samples_in);
  }
}

TEST(AudioTrack, SlowDriftStaysBelowOneFrame) {
  for (const double stretch : {1.001, 0.999}) {
    Clip clip = make_clip("pcm_s16le", 48000 * 120, 1);
    std::int64_t end = 0;
    for (auto& packet : clip.packets) {
      packet->pts = std::llround(static_cast<double>(packet->pts) * stretch);
      end = packet->pts + packet->duration;
    }
    const auto output = run(clip, "flac");
    EXPECT_NEAR(static_cast<double>(output.duration()), static_cast<double>(end), 1024);
    EXPECT_EQ(output.duration(),
              output.counts.samples_in + output.counts.samples_silence - output.counts.samples_dropped);
    EXPECT_GT(stretch > 1 ? output.counts.samples_silence : output.counts.samples_dropped, 4000);
  }
}

TEST(AudioTrack, OverlapIsCutExactly) {
  Clip clip = make_clip("pcm_s16le", 40 * 1024);
  for (std::size_t i = 20; i < 40; ++i) clip.packets[i]->pts -= 5000;
  const auto output = run(clip, "pcm");
  EXPECT_EQ(output.counts.samples_dropped, 5000);
  EXPECT_EQ(output.duration(), 40 * 1024 - 5000);
  EXPECT_LT(worst_error(test::decode(output), 20 * 1024, 40 * 1024 - 5000, -5000), 1e-4);
}

TEST(AudioTrack, KeepsTheStart) {
  for (const std::int64_t start : {-4800, 0, 4800, 480'000}) {
    for (const char* codec : {"libmp3lame", "flac", "aac"}) {
      Clip clip = make_clip("pcm_s16le", 20'000);
      for (auto& packet : clip.packets) packet->pts += start;
      const auto output = run(clip, codec);
      EXPECT_EQ(output.packets.front()->pts, start - output.stream.parameters->initial_padding);
      EXPECT_EQ(output.duration(), 20'000);
    }
  }
}

TEST(AudioTrack, PacketsWithoutPtsContinue) {
  Clip clip = make_clip("ac3", 60 * 1536);
  for (std::size_t i = 1; i < clip.packets.size(); ++i) clip.packets[i]->pts = AV_NOPTS_VALUE;
  const auto output = run(clip, "flac");
  EXPECT_EQ(output.counts.samples_silence, 0);
  EXPECT_EQ(output.duration(), output.counts.samples_in);
}

TEST(AudioTrack, DamagedPacketsAreCountedAndFilled) {
  const Clip clip = make_clip("flac", 48000 * 2);
  for (const std::size_t damaged : {std::size_t{0}, std::size_t{5}}) {
    AudioSettings settings;
    settings.codec = "pcm";
    const auto output = run(clip.stream, settings, [&](AudioTrack& track) {
      for (std::size_t i = 0; i < clip.packets.size(); ++i) {
        av::Packet packet = av::clone(*clip.packets[i]);
        if (i == damaged) {
          av_packet_make_writable(packet.get());
          std::fill(packet->data, packet->data + packet->size, std::uint8_t{0});
        }
        track.push(*packet);
      }
    });
    EXPECT_GT(output.counts.decode_errors, 0);
    EXPECT_EQ(output.counts.samples_silence, clip.packets[damaged]->duration);
    EXPECT_EQ(output.packets.front()->pts, 0);
    EXPECT_EQ(output.duration(), 48000 * 2);
  }
}

TEST(AudioTrack, AdvanceFillsUpToNowAndLaterOverlapIsCut) {
  const Clip clip = make_clip("pcm_s16le", 40 * 1024);
  AudioSettings settings;
  settings.codec = "pcm";
  const auto output = run(clip.stream, settings, [&](AudioTrack& track) {
    track.advance(500);
    track.advance(400);
    for (std::size_t i = 0; i < 10; ++i) track.push(*clip.packets[i]);
    track.advance(10 * 1024 - 1);
    track.advance(12 * 1024 + 100);
    for (std::size_t i = 10; i < 40; ++i) track.push(*clip.packets[i]);
  });
  EXPECT_EQ(output.packets.front()->pts, 0);
  EXPECT_EQ(output.counts.samples_silence, 500 + 2048 + 100);
  EXPECT_EQ(output.counts.samples_dropped, 500 + 2048 + 100);
  EXPECT_EQ(output.duration(), 40 * 1024);
  const auto samples = test::decode(output);
  EXPECT_LT(worst_error(samples, 500, 10 * 1024), 1e-4);
  EXPECT_LT(worst_error(samples, 12 * 1024 + 100, 40 * 1024), 1e-4);
}

TEST(AudioTrack, NoPacketAtAll) {
  for (const char* codec : {"libmp3lame", "aac", "flac", "pcm"}) {
    const Clip clip = make_clip("ac3", 1536);
    AudioSettings settings;
    settings.codec = codec;
    EXPECT_LE(run(clip.stream, settings, [](AudioTrack&) {}).duration(), 0) << codec;
    const auto silence = run(clip.stream, settings, [](AudioTrack& track) { track.advance(48000); });
    EXPECT_EQ(silence.duration(), 48000) << codec;
  }
}

TEST(AudioTrack, CopyPassesPacketsThrough) {
  const Clip clip = make_clip("ac3", 40 * 1536, 6);
  AudioSettings settings;
  settings.codec = "copy";
  const auto output = run(clip.stream, settings, [&](AudioTrack& track) {
    for (const auto& packet : clip.packets) track.push(*packet);
    track.push(*clip.packets[3]);
    track.advance(10'000'000);
  });
  ASSERT_EQ(output.packets.size(), clip.packets.size());
  for (std::size_t i = 0; i < clip.packets.size(); ++i) {
    ASSERT_EQ(output.packets[i]->size, clip.packets[i]->size);
    EXPECT_EQ(0, std::memcmp(output.packets[i]->data, clip.packets[i]->data,
                             static_cast<std::size_t>(clip.packets[i]->size)));
    EXPECT_EQ(output.packets[i]->pts, clip.packets[i]->pts);
  }
  EXPECT_EQ(output.counts.samples_dropped, 1536);
  EXPECT_EQ(output.stream.parameters->codec_id, AV_CODEC_ID_AC3);
}

TEST(AudioTrack, StreamShowsWhatTheSourceShowed) {
  const auto output = run(make_clip("ac3", 20'000), "aac");
  EXPECT_EQ(output.stream.metadata.at("language"), "deu");
  EXPECT_EQ(output.stream.disposition, AV_DISPOSITION_DEFAULT);
  EXPECT_GT(output.stream.parameters->extradata_size, 0);
  EXPECT_EQ(output.stream.parameters->initial_padding, 1024);
  EXPECT_EQ(output.stream.parameters->frame_size, 1024);
  const auto flac = run(make_clip("ac3", 20'000), "flac");
  ASSERT_TRUE(flac.extradata.has_value());
  EXPECT_EQ(flac.extradata->size(), 34U);
}

}  // namespace
}  // namespace mpienc
