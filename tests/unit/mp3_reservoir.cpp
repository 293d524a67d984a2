#include "mpienc/plan/mp3_reservoir.hpp"

#include <gtest/gtest.h>

#include "mp3_recording.hpp"

namespace mpienc {
namespace {

using namespace test;

/// The frames behind LAME's Info frame.
Bytes serial_encode(const Recording& recording, const Mp3Settings& settings) {
  encode::Mp3Encoder encoder(settings, recording.format);
  Bytes bytes;
  encoder.write(recording.pcm, bytes);
  encoder.finish(bytes);
  bytes.erase(bytes.begin(), bytes.begin() + encoder.stream().tag_bytes());
  return bytes;
}

struct Case {
  std::string name;
  Mp3Settings settings;
  std::int32_t rate, channels;
};

class Mp3ReservoirOfLame : public testing::TestWithParam<Case> {};

TEST_P(Mp3ReservoirOfLame, ComesOutAsItWas) {
  const auto& [name, settings, rate, channels] = GetParam();
  const auto recording = made_recording(rate, channels, 13);
  const Bytes serial = serial_encode(recording, settings);
  const Mp3Frames frames = parse_mp3_frames(serial);
  const auto stream = encode::settle_mp3(settings, recording.format);
  EXPECT_EQ(static_cast<std::int64_t>(frames.frames.size()), stream.frames_of(recording.samples()));

  // With every level wrong but by chance, each bit rate must be chosen anew.
  for (const bool levels_known : {true, false}) {
    Mp3Reservoir reservoir(stream), tracer(stream);
    Bytes again, traced;
    auto main = std::span<const std::byte>(frames.main);
    for (Mp3Frame frame : frames.frames) {
      frame.reservoir = static_cast<std::uint16_t>(tracer.level());
      ASSERT_TRUE(tracer.add(frame, main.first(frame.main_bytes()), traced));
      if (!levels_known && settings.control == Mp3Settings::Control::average) frame.reservoir = 0xffff;
      ASSERT_TRUE(reservoir.add(frame, main.first(frame.main_bytes()), again));
      main = main.subspan(frame.main_bytes());
    }
    reservoir.finish(again);
    EXPECT_TRUE(again == serial);
  }
}

INSTANTIATE_TEST_SUITE_P(
    Settings, Mp3ReservoirOfLame,
    testing::Values(Case{"V0", quality(0), 44100, 2}, Case{"V2", quality(2), 44100, 2},
                    Case{"V45", quality(4.5), 48000, 2}, Case{"V6Mono", to_mono(quality(6)), 32000, 2},
                    Case{"V3NoReservoir", without_reservoir(quality(3)), 44100, 2},
                    Case{"V5Checksums", with_checksums(quality(5)), 48000, 2},
                    Case{"C320", constant(320), 44100, 2}, Case{"C128", constant(128), 44100, 2},
                    Case{"C192Checksums", with_checksums(constant(192)), 48000, 2},
                    Case{"C64Mono", constant(64), 44100, 1},
                    Case{"C160NoReservoir", without_reservoir(constant(160)), 44100, 2},
                    Case{"A192", average(192), 44100, 2},
                    Case{"A100NoReservoir", without_reservoir(average(100)), 32000, 2},
                    Case{"V4Low", quality(4), 22050, 2}, Case{"V9Low", quality(9), 22050, 2},
                    Case{"C64Low", constant(64), 22050, 2}, Case{"V9Mono16", quality(9), 16000, 1},
                    Case{"C32Mono16", with_checksums(constant(32)), 16000, 1},
                    Case{"A80Low", average(80), 24000, 2}, Case{"V9Mono8", quality(9), 8000, 1},
                    Case{"C16Mono8", constant(16), 8000, 1}, Case{"V5Mono11", quality(5), 11025, 1}),
    [](const auto& instance) { return instance.param.name; });

TEST(Mp3Reservoir, RefusesAFrameThatNeedsMoreThanIsSaved) {
  const auto recording = made_recording(44100, 2, 4);
  const Bytes serial = serial_encode(recording, constant(128));
  const Mp3Frames frames = parse_mp3_frames(serial);
  std::size_t at = 0, greedy = 0;
  const std::size_t room = 417 - 36;
  while (greedy < frames.frames.size() && frames.frames[greedy].main_bytes() <= room + 8)
    at += frames.frames[greedy++].main_bytes();
  ASSERT_LT(greedy, frames.frames.size());
  const auto main = std::span<const std::byte>(frames.main).subspan(at, frames.frames[greedy].main_bytes());
  Mp3Reservoir reservoir(encode::settle_mp3(constant(128), recording.format));
  Bytes out;
  EXPECT_FALSE(reservoir.add(frames.frames[greedy], main, out));
  EXPECT_TRUE(out.empty());
}

TEST(Mp3Frame, RefusesBrokenStreams) {
  const Bytes good = serial_encode(made_recording(44100, 2, 2), constant(128));
  const auto refused = [](const Bytes& bytes) {
    try {
      (void)parse_mp3_frames(bytes);
      return false;
    } catch (const Error& error) {
      return error.status() == ExitStatus::codec;
    }
  };
  EXPECT_FALSE(refused(good));
  EXPECT_TRUE(refused(Bytes(good.begin(), good.end() - 1)));
  Bytes no_sync = good;
  no_sync[417] = std::byte{0};
  EXPECT_TRUE(refused(no_sync));
  Bytes too_early = good;
  too_early[4] = std::byte{0xff};
  EXPECT_TRUE(refused(too_early));
}

}  // namespace
}  // namespace mpienc
