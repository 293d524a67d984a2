#include "mpienc/encode/flac_settings.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "flac_assembly.hpp"

namespace mpienc::encode {
namespace {

std::string refusal(const FlacSettings& settings, const PcmFormat& format) {
  try {
    check_flac(settings, format);
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

TEST(FlacSettings, AreRefusedWhereTheProgramRefusesThem) {
  if (!test::flac_is_installed()) GTEST_SKIP() << "the flac program is not installed";
  const test::Scratch scratch;
  const auto compare = [&](const FlacSettings& settings, const PcmFormat& format) {
    const auto pcm = test::pcm_of(format, 100, test::sine());
    test::write_wav(scratch / "in.wav", format, pcm, pcm.size());
    const bool theirs =
        test::run_flac(test::options_of(settings), scratch / "in.wav", scratch / "out.flac").empty();
    const auto ours = refusal(settings, format);
    EXPECT_EQ(ours.empty(), theirs) << test::options_of(settings) << " at " << format.rate << " Hz, "
                                    << format.bits << " bits: " << ours;
    EXPECT_EQ(ours.find('\n'), std::string::npos);
  };
  for (const int block : {1, 15, 16, 17, 4608, 4609, 16384, 16385, 65535, 65536}) {
    for (const int rate : {44100, 48000, 48001, 96000}) {
      for (const int level : {0, 8}) compare({level, block}, test::wav_format(rate, 2, 16));
    }
  }
  for (const int rate : {65535, 65536, 65540, 655350, 655360, 1048570})
    compare({}, test::wav_format(rate, 1, 16));
  for (int bits = 4; bits <= 32; ++bits) compare({}, test::wav_format(44100, 1, bits));
}

TEST(FlacSettings, AreRefusedInOneLineThatSaysWhatIsAllowed) {
  const auto format = test::wav_format(44100, 2, 16);
  EXPECT_THAT(refusal({9}, format), testing::HasSubstr("0 to 8, not 9"));
  EXPECT_THAT(refusal({-1}, format), testing::HasSubstr("0 to 8, not -1"));
  EXPECT_THAT(refusal({5, 5000}, format), testing::HasSubstr("16 to 4608 samples at 44100 Hz, not 5000"));
  auto many = format;
  many.channels = 9;
  EXPECT_THAT(refusal({}, many), testing::HasSubstr("has 9"));
}

TEST(FlacSettings, SurviveTheirMessage) {
  const FlacSettings settings{7, 1024, true, false, false};
  const auto bytes = settings.serialise();
  ByteReader reader(bytes);
  EXPECT_EQ(FlacSettings::parse(reader), settings);
  EXPECT_TRUE(reader.at_end());
}

TEST(FlacChunks, AreWholeStereoPeriodsAndTenToTwentySeconds) {
  for (const int rate : {1, 1000, 8000, 11025, 22050, 44100, 48000, 96000, 192000, 655350}) {
    for (const int block : {16, 17, 192, 576, 1000, 1152, 4096, 4608, 16384}) {
      const auto samples = plan::flac_chunk_samples(rate, block);
      const auto period = plan::flac_stereo_period(rate, block);
      EXPECT_EQ(samples % (period * block), 0) << rate << " Hz, " << block;
      EXPECT_EQ(samples % (16 * block), 0) << rate << " Hz, " << block;
      EXPECT_GE(samples, 10 * std::int64_t{rate}) << rate << " Hz, " << block;
      EXPECT_TRUE(samples < 20 * std::int64_t{rate} || rate * 0.4 < block) << rate << " Hz, " << block;
    }
  }
  EXPECT_EQ(plan::flac_stereo_period(44100, 4096), 4);
  EXPECT_EQ(plan::flac_stereo_period(44100, 1152), 15);
  EXPECT_EQ(plan::flac_chunk_samples(44100, 4096), 7 * 16 * 4096);
}

TEST(FlacChunks, CoverTheAudioOnce) {
  for (const std::int64_t total : {1, 99, 100, 101, 1000}) {
    std::int64_t end = 0;
    for (int index = 0; end < total; ++index) {
      const auto chunk = plan::audio_chunk(index, 100, total);
      EXPECT_EQ(chunk.first_sample, end);
      EXPECT_GT(chunk.samples, 0);
      end += chunk.samples;
    }
    EXPECT_EQ(end, total);
    EXPECT_EQ(plan::audio_chunk(static_cast<int>(total / 100) + 1, 100, total).samples, 0);
  }
}

TEST(FlacChunks, CannotBeEncodedOffTheirPlace) {
  const auto format = test::wav_format(44100, 1, 8);
  const FlacSettings settings;
  const auto length = settings.chunk_samples(44100);
  const Bytes pcm(static_cast<std::size_t>(length) + 1, std::byte{0x80});
  const auto encode = [&](const AudioChunk& chunk, std::int64_t samples) {
    static_cast<void>(encode_flac_chunk(settings, format, chunk,
                                        std::span(pcm).first(static_cast<std::size_t>(samples)), {}));
  };
  EXPECT_NO_THROW(encode({1, length, length}, length));
  EXPECT_NO_THROW(encode({1, length, 5}, 5));
  EXPECT_THROW(encode({1, length - 4096, 5}, 5), Error);
  EXPECT_THROW(encode({1, length + 4096, 5}, 5), Error);
  EXPECT_THROW(encode({0, length, 5}, 5), Error);
  EXPECT_THROW(encode({0, 0, length + 1}, length + 1), Error);
  EXPECT_THROW(encode({0, 0, 5}, 4), Error);
  EXPECT_THROW(encode({0, 0, 0}, 0), Error);
  EXPECT_THROW(encode({-1, -length, 5}, 5), Error);
}

TEST(FlacChunks, StopWhenAsked) {
  const auto format = test::wav_format(44100, 2, 16);
  const auto pcm = test::pcm_of(format, 50'000, test::noise());
  std::stop_source stop;
  stop.request_stop();
  EXPECT_EQ(encode_flac_chunk({}, format, {0, 0, 50'000}, pcm, stop.get_token()).samples, 0);
}

TEST(FlacChunks, RefuseBitsBelowTheSamples) {
  auto format = test::wav_format(44100, 1, 20);
  auto pcm = test::pcm_of(format, 5000, test::sine());
  EXPECT_NO_THROW(static_cast<void>(encode_flac_chunk({}, format, {0, 0, 5000}, pcm, {})));
  pcm[3 * 4999] |= std::byte{1};
  try {
    static_cast<void>(encode_flac_chunk({}, format, {0, 0, 5000}, pcm, {}));
    FAIL() << "encoded";
  } catch (const Error& error) {
    EXPECT_EQ(error.status(), ExitStatus::input);
    EXPECT_THAT(error.what(), testing::HasSubstr("20 bits"));
  }
}

TEST(FlacChunks, AreSoundWithoutFusedMultiplyAdd) {
  if (!test::flac_is_installed()) GTEST_SKIP() << "the flac program is not installed";
  const auto format = test::wav_format(44100, 2, 16);
  const auto pcm = test::pcm_of(format, 300'000, test::moving_stereo());
  const FlacSettings settings{8, 0, false, false, false};
  const test::Scratch scratch;
  test::assemble(scratch / "a.flac", flac_head(settings, format, 300'000), format, pcm,
                 test::encode_chunks(settings, format, pcm));
  EXPECT_EQ(test::output_of("flac -t --totally-silent " + (scratch / "a.flac").string() + " && echo sound"),
            "sound\n");
}

}  // namespace
}  // namespace mpienc::encode
