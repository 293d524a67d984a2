// Files assembled from chunks against those of the `flac` program, byte for byte.

#include <gtest/gtest.h>

#include "flac_assembly.hpp"
#include "mpienc/encode/flac_run.hpp"

namespace mpienc {
namespace {

using encode::FlacSettings;

class FlacIdentity : public testing::Test {
 protected:
  void SetUp() override {
    if (!test::flac_is_installed()) GTEST_SKIP() << "the flac program is not installed";
  }
};

/// A rate at which a chunk takes little time.
constexpr int low_rate = 8000;

TEST_F(FlacIdentity, HoldsForEveryLevelAndSearch) {
  const auto format = test::wav_format(low_rate, 2, 16);
  const auto pcm = test::pcm_of(format, 9000, test::moving_stereo());
  for (int level = 0; level <= 8; ++level) {
    for (int searches = 0; searches < 4; ++searches) {
      const FlacSettings settings{level, 0, (searches & 1) != 0, (searches & 2) != 0};
      EXPECT_EQ(test::against_flac(settings, format, pcm), "") << test::options_of(settings);
    }
  }
}

TEST_F(FlacIdentity, HoldsForEveryBlockSizeOverSeveralChunks) {
  const auto format = test::wav_format(low_rate, 2, 16);
  const auto pcm = test::pcm_of(format, 240'000, test::moving_stereo());
  for (const int level : {1, 5}) {
    for (const int block : {16, 192, 200, 576, 1000, 1152, 4096, 4608}) {
      const FlacSettings settings{level, block};
      EXPECT_EQ(test::against_flac(settings, format, pcm), "") << test::options_of(settings);
    }
  }
}

TEST_F(FlacIdentity, HoldsForEveryWidthAndChannelCount) {
  for (const int bits : {8, 12, 16, 20, 24, 32}) {
    const std::vector<test::Signal> signals{
        test::silence(),    test::sine(),          test::noise(),
        test::full_scale(), test::moving_stereo(), test::wasted_bits(test::moving_stereo(), bits, 3)};
    for (const int channels : {1, 2, 3, 6, 8}) {
      const auto format = test::wav_format(44100, channels, bits);
      Bytes pcm;
      for (const auto& signal : signals) {
        const auto part = test::pcm_of(format, 4500, signal);
        pcm.insert(pcm.end(), part.begin(), part.end());
      }
      EXPECT_EQ(test::against_flac({}, format, pcm), "") << bits << " bits, " << channels << " channels";
    }
  }
}

TEST_F(FlacIdentity, HoldsForEveryRateCode) {
  for (const int rate : {1, 7, 8000, 11025, 16000, 22050, 24000, 32000, 44100, 48000, 65535, 65540, 88200,
                         96000, 176400, 192000, 255000, 655340, 655350}) {
    const auto format = test::wav_format(rate, 1, 16);
    EXPECT_EQ(test::against_flac({3}, format, test::pcm_of(format, 5000, test::sine())), "") << rate << " Hz";
  }
}

TEST_F(FlacIdentity, HoldsForEveryLength) {
  const auto format = test::wav_format(low_rate, 2, 16);
  for (const FlacSettings settings : {FlacSettings{4}, FlacSettings{5, 192}}) {
    const auto chunk = settings.chunk_samples(low_rate);
    const auto longest = test::pcm_of(format, 3 * chunk + 1, test::moving_stereo());
    for (const auto length : {std::int64_t{1}, std::int64_t{15}, std::int64_t{16}, std::int64_t{100},
                              std::int64_t{4095}, std::int64_t{4096}, std::int64_t{4097}, chunk - 1, chunk,
                              chunk + 1, 2 * chunk - 1, 2 * chunk, 3 * chunk + 1}) {
      const auto pcm = std::span(longest).first(static_cast<std::size_t>(length * format.block_bytes()));
      EXPECT_EQ(test::against_flac(settings, format, pcm), "") << length << " samples";
    }
  }
}

TEST_F(FlacIdentity, HoldsOnSeveralThreadsAtUsualRates) {
  const auto format = test::wav_format(44100, 2, 16);
  const auto pcm =
      test::pcm_of(format, 3 * FlacSettings{}.chunk_samples(44100) + 12345, test::moving_stereo());
  for (const int level : {0, 1, 4, 8}) {
    EXPECT_EQ(test::against_flac(test::Scratch(), {level}, format, pcm, 0, 3), "") << "level " << level;
  }
}

TEST_F(FlacIdentity, HoldsWhereTheDataEndsEarly) {
  const auto format = test::wav_format(low_rate, 2, 16);
  const test::Scratch scratch;
  for (const std::int64_t there : {0, 1, 4096, 100'000, 400'000}) {
    const auto pcm = test::pcm_of(format, there, test::moving_stereo());
    for (const std::int64_t missing : {1, 4096, 1'000'000, 20'000'000}) {
      EXPECT_EQ(test::against_flac(scratch, {4}, format, pcm, missing), "")
          << there << " samples and " << missing << " missing";
    }
  }
}

TEST_F(FlacIdentity, HoldsWhereTheHeaderDoesNotTellTheLength) {
  const auto format = test::wav_format(low_rate, 2, 16);
  const auto pcm = test::pcm_of(format, 200'000, test::moving_stereo());
  const test::Scratch scratch;
  test::write_wav(scratch / "in.wav", format, pcm, 0);
  ASSERT_EQ(test::run_flac("--ignore-chunk-sizes", scratch / "in.wav", scratch / "theirs.flac"), "");
  test::assemble(scratch / "ours.flac", encode::flac_head({}, format, 0), format, pcm,
                 test::encode_chunks({}, format, pcm));
  EXPECT_EQ(test::difference(test::contents(scratch / "ours.flac"), test::contents(scratch / "theirs.flac")),
            "");
}

TEST_F(FlacIdentity, KnowsLongFiles) {
  const auto format = test::wav_format(700, 1, 8);
  for (const int seconds : {1199, 1200, 1201}) {
    const auto pcm = test::pcm_of(format, static_cast<std::int64_t>(seconds) * format.rate, test::sine());
    EXPECT_EQ(test::against_flac({0}, format, pcm), "") << seconds << " s";
  }
}

TEST_F(FlacIdentity, HoldsForBigEndianAndSignedBytes) {
  for (const int bits : {8, 16, 20, 24, 32}) {
    auto format = test::wav_format(44100, 2, bits);
    const auto theirs_pcm = test::pcm_of(format, 5000, test::sine());
    const test::Scratch scratch;
    test::write_wav(scratch / "in.wav", format, theirs_pcm, theirs_pcm.size());
    ASSERT_EQ(test::run_flac("-5", scratch / "in.wav", scratch / "theirs.flac"), "");
    format.big_endian = true;
    format.is_signed = true;
    const auto pcm = test::pcm_of(format, 5000, test::sine());
    test::assemble(scratch / "ours.flac", encode::flac_head({}, format, 5000), format, pcm,
                   test::encode_chunks({}, format, pcm));
    EXPECT_EQ(
        test::difference(test::contents(scratch / "ours.flac"), test::contents(scratch / "theirs.flac")), "")
        << bits << " bits";
  }
}

/// The control: these tests would see a chunk that begins where loose mid/side stereo has memory.
TEST_F(FlacIdentity, IsLostWhereAChunkBeginsWithinTheStereoPeriod) {
  const auto format = test::wav_format(44100, 2, 16);
  const FlacSettings settings{4};
  const auto period = plan::flac_stereo_period(44100, settings.block());
  ASSERT_EQ(period, 4);
  const auto pcm = test::pcm_of(format, 40 * settings.block(), test::moving_stereo());
  const auto block_bytes = static_cast<std::size_t>(settings.block() * format.block_bytes());
  const auto whole = encode::encode_flac_run(settings, format, 0, pcm, {});
  for (std::size_t blocks = 1; blocks <= 12; ++blocks) {
    const auto all = std::span(pcm);
    auto joined = encode::encode_flac_run(settings, format, 0, all.first(blocks * block_bytes), {});
    const auto rest = encode::encode_flac_run(settings, format, static_cast<std::int64_t>(blocks),
                                              all.subspan(blocks * block_bytes), {});
    joined.frames.insert(joined.frames.end(), rest.frames.begin(), rest.frames.end());
    EXPECT_EQ(joined.frames == whole.frames, blocks % 4 == 0) << "cut after " << blocks << " blocks";
  }
}

}  // namespace
}  // namespace mpienc
