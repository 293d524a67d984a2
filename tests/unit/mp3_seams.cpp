#include <gtest/gtest.h>

#include "mp3_recording.hpp"
#include "mpienc/output/mp3_check.hpp"

namespace mpienc {
namespace {

using namespace test;

constexpr std::int64_t short_chunk = 98;

/// Tones that slide and a little noise, without pauses: every seam lies in sound.
Recording steady_recording(std::int32_t rate, std::int32_t channels, double seconds) {
  Recording made{pcm16(rate, channels), {}};
  std::minstd_rand random(5);
  for (std::int64_t at = 0; at < static_cast<std::int64_t>(seconds * rate); ++at) {
    const double time = static_cast<double>(at) / rate, turn = 2 * std::numbers::pi * time;
    for (std::int32_t channel = 0; channel < channels; ++channel) {
      double value = 0.02 * (static_cast<double>(random()) / 1073741823.0 - 1);
      for (const double tone : {196.0, 311.1, 466.2, 1244.5, 3729.3}) {
        value += 0.12 * std::sin(turn * tone * (1 + 0.003 * channel) + 3 * std::sin(turn * 0.3));
      }
      const auto bits = static_cast<std::uint16_t>(static_cast<std::int16_t>(value * 32767));
      made.pcm.push_back(static_cast<std::byte>(bits & 0xff));
      made.pcm.push_back(static_cast<std::byte>(bits >> 8));
    }
  }
  return made;
}

struct Decoded {
  std::string pcm, warnings;
};

Decoded decode(const std::string& mp3, const Scratch& scratch) {
  const auto path = scratch / "decode.mp3", raw = scratch / "decode.raw";
  std::ofstream(path, std::ios::binary) << mp3;
  Decoded decoded;
  decoded.warnings =
      output_of("ffmpeg -nostdin -y -v warning -i '" + path.string() + "' -f s16le '" + raw.string() + "'");
  decoded.pcm = contents(raw);
  return decoded;
}

double sample_at(const char* bytes, std::size_t index) {
  std::int16_t value = 0;
  std::memcpy(&value, bytes + 2 * index, 2);
  return value;
}

/// In dB, over values [from, to).
double signal_to_noise(const Recording& original, const std::string& decoded, std::size_t from,
                       std::size_t to) {
  double signal = 1, noise = 1;
  for (std::size_t at = from; at < to; ++at) {
    const double true_value = sample_at(reinterpret_cast<const char*>(original.pcm.data()), at);
    const double error = sample_at(decoded.data(), at) - true_value;
    signal += true_value * true_value;
    noise += error * error;
  }
  return 10 * std::log10(signal / noise);
}

/// What the seams cost against a serial encode, in dB, sorted.
std::vector<double> losses_at_seams(const Recording& recording, const ChunkedEncode& encode,
                                    const std::string& chunked, const std::string& serial) {
  std::vector<double> losses;
  const auto channels = static_cast<std::size_t>(recording.format.channels);
  const auto window = static_cast<std::size_t>(2 * encode.stream.samples_per_frame);
  for (std::size_t index = 1; index < encode.tasks.size(); ++index) {
    const auto seam =
        static_cast<std::size_t>(encode.tasks[index].first_frame * encode.stream.samples_per_frame);
    const std::size_t from = (seam - window) * channels, to = (seam + window) * channels;
    losses.push_back(signal_to_noise(recording, serial, from, to) -
                     signal_to_noise(recording, chunked, from, to));
  }
  std::ranges::sort(losses);
  return losses;
}

struct Case {
  std::string name;
  Mp3Settings settings;
  std::int32_t rate, channels;
};

class Mp3Seams : public testing::TestWithParam<Case> {
 protected:
  void SetUp() override {
    if (!have_lame()) GTEST_SKIP() << "the lame program is not installed";
  }
  static std::string serial_pcm(const Recording& recording, const Mp3Settings& settings,
                                const Scratch& scratch) {
    return decode(lame_bytes(recording, lame_options(settings), scratch), scratch).pcm;
  }
};

TEST_P(Mp3Seams, AreNotHeardAndCostNoSample) {
  const auto& [name, settings, rate, channels] = GetParam();
  const auto recording = steady_recording(rate, channels, 17);
  const Scratch scratch;
  const auto encode = encode_chunked(recording, settings, short_chunk, scratch / "chunked.mp3");
  EXPECT_EQ(encode.stream.joining, Mp3Joining::flush);
  EXPECT_GE(encode.tasks.size(), 4U);
  const std::string chunked = contents(scratch / "chunked.mp3");
  const auto facts = output::check_mp3_file(std::as_bytes(std::span(chunked)));
  EXPECT_EQ(facts.samples, recording.samples());

  const Decoded decoded = decode(chunked, scratch);
  EXPECT_EQ(decoded.warnings, "");
  EXPECT_EQ(decoded.pcm.size(), recording.pcm.size());
  const auto wav = scratch / "lame.wav";
  EXPECT_EQ(
      output_of("lame --quiet --decode '" + (scratch / "chunked.mp3").string() + "' '" + wav.string() + "'"),
      "");
  EXPECT_EQ(std::filesystem::file_size(wav), 44 + recording.pcm.size());

  const auto losses =
      losses_at_seams(recording, encode, decoded.pcm, serial_pcm(recording, settings, scratch));
  // An empty reservoir costs more where a frame cannot become larger for it.
  EXPECT_LT(losses[losses.size() / 2], settings.control == Mp3Settings::Control::constant ? 1.5 : 1);
  EXPECT_LT(losses.back(), 4);
}

INSTANTIATE_TEST_SUITE_P(Settings, Mp3Seams,
                         testing::Values(Case{"V0", quality(0), 44100, 2}, Case{"V2", quality(2), 44100, 2},
                                         Case{"V2Mono48", quality(2), 48000, 1},
                                         Case{"V3Checksums", with_checksums(quality(3)), 44100, 2},
                                         Case{"A192", average(192), 44100, 2},
                                         Case{"A64_22", average(64), 22050, 2},
                                         Case{"TrackB128", as_track(constant(128)), 44100, 2},
                                         Case{"TrackB320", as_track(constant(320)), 48000, 2},
                                         Case{"TrackB64Mono", as_track(constant(64)), 44100, 1},
                                         Case{"TrackV5", as_track(quality(5)), 48000, 2}),
                         [](const auto& instance) { return instance.param.name; });

TEST_F(Mp3Seams, AreHeardWithoutWarmUp) {
  const auto recording = steady_recording(44100, 2, 13);
  const Scratch scratch;
  const auto forget = [](Mp3Task& task, const Mp3Stream& stream) {
    task.first_sample += task.warm_up_frames * stream.samples_per_frame;
    task.samples -= task.warm_up_frames * stream.samples_per_frame;
    task.warm_up_frames = 0;
  };
  const auto encode = encode_chunked(recording, quality(2), short_chunk, scratch / "chunked.mp3", forget);
  const auto pcm = decode(contents(scratch / "chunked.mp3"), scratch).pcm;
  ASSERT_EQ(pcm.size(), recording.pcm.size());
  const auto losses = losses_at_seams(recording, encode, pcm, serial_pcm(recording, quality(2), scratch));
  EXPECT_GT(losses.front(), 10);
}

TEST_F(Mp3Seams, CostLittleSpace) {
  const auto recording = steady_recording(44100, 2, 35);
  const Scratch scratch;
  const auto encode = encode_chunked(recording, quality(2), 1176, scratch / "chunked.mp3");
  EXPECT_EQ(encode.tasks.size(), 2U);
  const auto serial = static_cast<double>(lame_bytes(recording, "-V 2", scratch).size());
  EXPECT_NEAR(static_cast<double>(contents(scratch / "chunked.mp3").size()) / serial, 1, 0.002);
}

}  // namespace
}  // namespace mpienc
